import type { ErrorRecord, HistoryEntry, InstanceHead } from "@stephooks/core";
import { inspectInstance, type InstanceDocument, instanceDocument, readInstance } from "@stephooks/engine";
import type { Target } from "../connection/connect.ts";
import { withApp } from "../connection/open-app.ts";
import { codeFrame, placeInApp } from "../dev-log/source-place.ts";
import { type StackReader, stackReader } from "../maps/original-stack.ts";
import { printResult } from "../print-result.ts";
import { drawTimeline } from "./draw-timeline.ts";
import { everyEntry } from "./every-entry.ts";
import { meaningOf, paint } from "./paint.ts";
import { withoutSecrets } from "./without-secrets.ts";
import { jsonText } from "../printable.ts";

/** `stephooks workflow show`. */
export async function runShow(id: string, options: Target): Promise<void> {
  const { connection, head, history, now } = await withApp(options, async ({ connection: app, ports }) => {
    const found = await readInstance(id, ports);
    return { connection: app, head: found, history: await everyEntry(id, ports), now: ports.clock.now() };
  });
  const stacks = stackReader(connection.root);
  const inspection = withOriginals(inspectInstance(head, undefined, now), stacks);
  const { parallelSteps } = instanceDocument(head);
  const data = {
    ...inspection,
    state: withoutSecrets(inspection.state, head),
    history,
    // Without full history the newest sixteen are kept.
    historyComplete: history.length === 0 || history[0]?.seq === 1,
    ...(head.dueAt === undefined ? {} : { dueAt: new Date(head.dueAt).toISOString() }),
    ...(Object.keys(parallelSteps).length === 0 ? {} : { parallelSteps }),
  };
  printResult(options, data, () => asText(head, data, now, stacks));
}

type Inspection = ReturnType<typeof inspectInstance>;

interface Shown extends Inspection {
  readonly historyComplete: boolean;
  readonly dueAt?: string;
  readonly parallelSteps?: InstanceDocument["parallelSteps"];
}

/** With the app's own files in the stacks; what runs locally has them there already. */
function withOriginals(found: Inspection, { original }: StackReader): Inspection {
  const read = (error: ErrorRecord): ErrorRecord =>
    error.stack === undefined ? error : { ...error, stack: original(error.stack) };
  const { error, lastError } = found;
  return {
    ...found,
    ...(error === undefined ? {} : { error: read(error) }),
    ...(lastError === undefined ? {} : { lastError: read(lastError) }),
  };
}

function asText(head: InstanceHead, shown: Shown, now: number, stacks: StackReader): string {
  const { attempt, createdAt, error, history, historyComplete, id, lastError, state, status, step, workflow } = shown;
  const tries = attempt > 1 ? ` (attempt ${attempt})` : "";
  const stopped = error ?? lastError;
  const first = history[0]?.seq ?? 1;
  return [
    `${paint("strong", workflow)}  ${id}\n`,
    `${paint(meaningOf(status), status)} at step ${step}${tries}, created ${createdAt}${dueText(shown, now)}\n\n`,
    historyComplete
      ? ""
      : `  ${paint("quiet", `${first - 1} older transitions are not kept (history: "full" keeps all)`)}\n`,
    history.length === 0
      ? "  No transition has been committed.\n"
      : drawTimeline(history, { from: startOf(head, history), standsAt: step }, paint),
    head.keepsChanges || history.length === 0
      ? ""
      : `  ${paint("quiet", 'what each changed in the state is not kept (history: "changes" keeps it)')}\n`,
    ...branchLines(shown),
    stopped === undefined ? "" : `\n${paint("bad", `${stopped.code ?? stopped.name}: ${stopped.message}`)}\n`,
    stopped === undefined
      ? ""
      : `  in step ${stopped.step}, attempt ${stopped.attempt}, ${new Date(stopped.at).toISOString()}\n${frameOf(stopped, stacks)}`,
    `\nState\n${jsonText(state, 2)}\n`,
  ].join("");
}

/** Where in the app's own code it was thrown. */
function frameOf({ message, stack }: ErrorRecord, { lineAt }: StackReader): string {
  const place = stack === undefined ? undefined : placeInApp(stack);
  return place === undefined ? "" : `${codeFrame(message, place, lineAt(place))}\n`;
}

/** What is not kept is no part of the bar either. */
function startOf(head: InstanceHead, history: readonly HistoryEntry[]): number {
  return history[0]?.seq === 1 ? head.createdAt : (history[0]?.startedAt ?? head.createdAt);
}

function dueText({ dueAt, nextAttemptAt, status }: Shown, now: number): string {
  if (nextAttemptAt !== undefined) return `, next attempt ${nextAttemptAt}`;
  if (dueAt === undefined) return "";
  const what = status === "waiting" ? "the wait ends" : "goes on";
  return `, ${what} ${dueAt}${Date.parse(dueAt) < now ? " (due)" : ""}`;
}

function branchLines({ parallelSteps = {} }: Shown): readonly string[] {
  const branches = Object.entries(parallelSteps);
  if (branches.length === 0) return [];
  const done = branches.filter(([, branch]) => branch.done).length;
  const lines = branches.map(
    ([name, branch]) => `  ${branch.done ? paint("good", "done   ") : paint("waiting", "running")}  ${name}\n`,
  );
  return [`\nParallel steps, ${done} of ${branches.length} done\n`, ...lines];
}
