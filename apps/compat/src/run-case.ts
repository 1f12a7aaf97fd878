import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { appFolder } from "./app-folder.ts";
import type { CompatCase, Step } from "./compat-case.ts";
import { runControl } from "./control-step.ts";
import { startDevServer } from "./dev-server.ts";
import { type CaseRun, control } from "./case-run.ts";
import { runRequest } from "./request-step.ts";
import { openSink } from "./sink.ts";

/** What came of a case. */
export type CaseResult =
  | { readonly outcome: "passed"; readonly steps: number }
  /** The source of its app is not here. */
  | { readonly outcome: "absent"; readonly reason: string }
  | { readonly outcome: "failed"; readonly step: number; readonly reason: string };

export interface RunOptions {
  /** Folder with `templates` and `examples`. Without it, cases with an app of a repository are `absent`. */
  readonly apps?: string | undefined;
  /** How long a step that holds "eventually" may take, milliseconds. Default 10,000. */
  readonly patience?: number | undefined;
}

const PATIENCE = 10_000;

/** Runs one case against `stephooks dev` with an empty store. Rejects only when the runner itself is at fault. */
export async function runCase(given: CompatCase, options: RunOptions = {}): Promise<CaseResult> {
  const sink = await openSink(given.httpStubs);
  const app = appFolder(given, options.apps, sink.url);
  if (app === undefined) {
    sink.close();
    return { outcome: "absent", reason: `source not here: ${given.repo}/${given.dir}` };
  }
  const apiKey = randomUUID();
  try {
    const server = await startDevServer({ entry: app.entry, apiKey, env: given.env, preload: app.preload });
    const run: CaseRun = {
      url: server.url,
      apiKey,
      sink,
      patience: options.patience ?? PATIENCE,
      variables: new Map([
        ["apikey", apiKey],
        ["sink", sink.url],
      ]),
      streams: new Map(),
    };
    try {
      return await runSteps(given, run, dirname(app.entry));
    } finally {
      for (const stream of run.streams.values()) stream.close();
      await server.stop();
    }
  } catch (error) {
    return { outcome: "failed", step: 0, reason: error instanceof Error ? error.message : String(error) };
  } finally {
    sink.close();
    app.remove();
  }
}

async function runSteps(given: CompatCase, run: CaseRun, folder: string): Promise<CaseResult> {
  await putFixtures(given, run, folder);
  for (const [index, step] of given.steps.entries()) {
    const reason = await problemOf(step, run);
    if (reason !== undefined) return { outcome: "failed", step: index + 1, reason: `${nameOf(step)}: ${reason}` };
  }
  return { outcome: "passed", steps: given.steps.length };
}

/** Why the step did not go as expected; one that may take a while is tried until its time is over. */
async function problemOf(step: Step, run: CaseRun): Promise<string | undefined> {
  const deadline = Date.now() + run.patience;
  for (;;) {
    const problem = await attempt(step, run);
    if (problem === undefined || step.eventually !== true || Date.now() > deadline) return problem;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function attempt(step: Step, run: CaseRun): Promise<string | undefined> {
  try {
    return await ("control" in step ? runControl(step, run) : runRequest(step, run));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function nameOf(step: Step): string {
  return "control" in step ? `control ${step.control}` : `${step.method} ${step.path}`;
}

async function putFixtures({ fixtures = {} }: CompatCase, { url }: CaseRun, folder: string): Promise<void> {
  for (const [collection, documents] of Object.entries(fixtures.collections ?? {})) {
    for (const document of documents) await control(url, "db/insert", { collection, document });
  }
  for (const { from, path } of fixtures.blobs ?? []) {
    await control(url, "blobs/put", { path, base64: readFileSync(join(folder, from)).toString("base64") });
  }
}
