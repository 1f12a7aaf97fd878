import type { ControlStep } from "./compat-case.ts";
import { mismatch } from "./mismatch.ts";
import { type CaseRun, control } from "./case-run.ts";
import { filled } from "./variables.ts";

/** Looks behind the app. Why it is not as expected, or undefined. */
export async function runControl(given: ControlStep, run: CaseRun): Promise<string | undefined> {
  const step = filled(given, run.variables);
  switch (step.control) {
    case "job":
      await control(run.url, "jobs/run", { cron: step.cron });
      return undefined;
    case "db":
      return lookIntoStore(step, run);
    case "sink":
      return amongst(step.match, run.sink.received);
    case "stubCall":
      return amongst(step.match, run.sink.stubCalls);
    case "sse":
      return amongst(step.expectEvent, run.streams.get(step.stream ?? "")?.events ?? []);
  }
}

async function lookIntoStore(step: ControlStep, { url }: CaseRun): Promise<string | undefined> {
  const { collection, expectCount, expectFirst, query = {} } = step;
  const documents = await control(url, "db/find", { collection, query });
  if (!Array.isArray(documents)) return "db/find answered no array";
  if (expectCount !== undefined && documents.length !== expectCount) {
    return `${documents.length} documents match, not ${expectCount}`;
  }
  return expectFirst === undefined ? undefined : mismatch(expectFirst, documents[0]);
}

function amongst(expected: unknown, items: readonly unknown[]): string | undefined {
  const reasons = items.map((item) => mismatch(expected, item));
  if (reasons.includes(undefined)) return undefined;
  return items.length === 0 ? "nothing has come" : `none of ${items.length} matches: ${reasons.at(-1)}`;
}
