import { type InstanceHead, randomHex, type ReceivedMessage } from "@stephooks/core";
import type { TokenMessage } from "./classify-message.ts";
import { commit, writeTwice } from "./commit.ts";
import type { Decision } from "./decision.ts";
import { definitionOf, stepOf } from "./definitions.ts";
import { EngineError } from "./engine-error.ts";
import { errorRecord } from "./error-record.ts";
import { entryAt } from "./history-ring.ts";
import { giveUp } from "./moves.ts";
import { performDuties } from "./perform-duties.ts";
import { recordResult } from "./run-branch.ts";
import { planMove } from "./transition.ts";
import type { Outcome, Work, WorkTools } from "./work-context.ts";

/** Receives from which a message is suspected to kill its process. */
const SUSPECT_RECEIVES = 3;

/** Whether a message may carry a step that kills its process: it came too often, or was a dead letter. */
export function isSuspect({ receiveCount }: ReceivedMessage, { suspect }: TokenMessage): boolean {
  return receiveCount >= SUSPECT_RECEIVES || suspect === true;
}

/** Begun this often without a commit, a step is taken for what kills its process. */
export const MAX_START_MARKS = 5;

/** Whether a step that is begun now has all of its time in this invocation. */
export function hasItsTime({ step, workflow }: InstanceHead, { definitions, endsAt, ports }: WorkTools): boolean {
  return endsAt - ports.clock.now() >= stepOf(definitions, workflow, step).timeout;
}

type Run = Extract<Decision, { kind: "run" }>;

/**
 * A17: a message received again and again may carry a step that kills its process, or may have been throttled. Only
 * marks tell: one is written before each such run, and a step commit takes them away. Throttled receives leave none.
 */
export async function markStart(run: Run, work: Work, tools: WorkTools): Promise<Outcome> {
  const { ports } = tools;
  const marks = (run.head.startMarks ?? 0) + 1;
  if (marks > MAX_START_MARKS) return crashLoop(run, work, tools);
  const marked: InstanceHead = { ...run.head, startMarks: marks };
  const { pauseId = null, seq, status, token } = run.head;
  const condition = { seq, token, statusIn: [status], pauseId };
  const written = await writeTwice(() =>
    run.stored
      ? ports.instances.update(marked.id, { set: { startMarks: marks } }, condition)
      : ports.instances.create(marked),
  );
  if (written.ok) return { ...run, head: marked, stored: true };
  // Someone moved it, or the mark's own answer got lost: what is stored now decides, at the next receive.
  return "keep";
}

async function crashLoop(run: Run, work: Work, tools: WorkTools): Promise<Outcome> {
  const { definitions, ports, rules } = tools;
  const { head, stored } = run;
  const error = new EngineError(
    "crash-loop",
    `Step "${head.step}" was begun ${MAX_START_MARKS} times and its process died or timed out each time. Look for what the step does to its process (memory, endless loops, process.exit).`,
    { workflow: head.workflow, step: head.step, instance: head.id },
  );
  const now = ports.clock.now();
  if (work.parent) {
    const record = errorRecord(error, { step: head.step, attempt: head.attempt, at: now });
    const given = { ...work, parent: work.parent };
    return recordResult({ kind: "failed", error: record }, given, tools, { record: head, thrown: error });
  }
  const workflow = definitionOf(definitions, head.workflow);
  const transactionId = randomHex(ports.random, 8);
  const plan = (on: InstanceHead) => {
    const input = { head: on, workflow, now: ports.clock.now(), transactionId, chance: 0 };
    return planMove(input, giveUp(input, error, on.step, workflow.onError), entryAt(on, "fail", input.now));
  };
  const verdict = await commit({ ...work, head, stored, plan }, ports, rules);
  if (verdict.kind === "rerun") return "keep";
  if (verdict.kind !== "committed") return verdict;
  await tools.listener?.({ before: head, after: verdict.head, error });
  return performDuties(verdict.head, work.received, ports);
}
