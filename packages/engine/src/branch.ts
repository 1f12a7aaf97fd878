import {
  applyStateWrite,
  branchId,
  type BranchRef,
  type BranchResult,
  type InstanceHead,
  parseBranchId,
} from "@stephooks/core";
import type { TokenMessage } from "./classify-message.ts";
import type { Decision } from "./decision.ts";
import { errorRecord } from "./error-record.ts";
import { isJoinComplete } from "./join.ts";
import type { StateChanges } from "./state-changes.ts";
import type { StepOutcome, StepResult } from "./step-outcome.ts";

/** The branch a message is about; undefined for one about an instance. */
export function branchOf(message: TokenMessage): BranchRef | undefined {
  if (message.kind === "branch") return { instance: message.instance, seq: message.seq, branch: message.branch };
  return parseBranchId(message.instance);
}

/**
 * What is stored of a branch, by the head of its instance; not what an earlier instance of the same id has left, which is
 * nobody's.
 */
export function ownRecord(
  record: InstanceHead | undefined,
  parent: InstanceHead | undefined,
): InstanceHead | undefined {
  return record !== undefined && parent !== undefined && record.startId !== parent.startId ? undefined : record;
}

/** A18: what stops a branch before its body, by the strongly read head of its instance; undefined when nothing does. */
export function branchGate(parent: InstanceHead | undefined, ref: BranchRef): Decision | undefined {
  if (parent?.status !== "joining" || parent.join?.seq !== ref.seq) {
    return { kind: "drop", reason: "the fan-out is over" };
  }
  if (!parent.results?.has(ref.branch)) {
    const known = ref.branch < parent.join.steps.length;
    return known ? undefined : { kind: "drop", reason: "the fan-out has no such branch" };
  }
  // Whoever recorded the last result may have died before the join's wake.
  if (isJoinComplete(parent)) return { kind: "repair", head: parent, reason: "the join may not have been woken" };
  return { kind: "drop", reason: "the branch has reported" };
}

/** A branch that has neither retried nor waited: what its message stands for. */
export function initialBranchHead(parent: InstanceHead, ref: BranchRef): InstanceHead {
  const step = parent.join?.steps[ref.branch];
  if (step === undefined) throw new TypeError(`${branchId(ref)} is no branch of its instance`);
  return {
    id: branchId(ref),
    workflow: parent.workflow,
    startId: parent.startId,
    createdAt: parent.updatedAt,
    seq: 0,
    token: 0,
    previousToken: -1,
    status: "runnable",
    step,
    visit: 1,
    attempt: 1,
    readyAt: parent.updatedAt,
    transactionId: parent.transactionId,
    updatedAt: parent.updatedAt,
    state: new Map(),
    // Which state of its instance the branch has seen: a wait must not miss a later one.
    patchVersion: parent.patchVersion,
    stepCounts: {},
    history: [],
  };
}

/** The head as the branch's step sees it: its instance, with what the branch itself has changed so far. */
export function branchView(parent: InstanceHead, record: InstanceHead): InstanceHead {
  return {
    ...parent,
    step: record.step,
    attempt: record.attempt,
    ...(record.error === undefined ? {} : { error: record.error }),
    state: applyStateWrite(parent.state, changesOf(record)),
  };
}

/** What a record has changed against its instance, and `more` on top of it. */
export function changesOf(record: InstanceHead, more?: StateChanges): StateChanges {
  const set = new Map(record.state);
  const removed = new Set(record.removed);
  for (const [key, json] of more?.set ?? []) {
    set.set(key, json);
    removed.delete(key);
  }
  for (const key of more?.remove ?? []) {
    set.delete(key);
    removed.add(key);
  }
  return { kind: "keys", set, remove: [...removed] };
}

/** What is recorded on the instance when a branch is over. */
export function branchResult(
  record: InstanceHead,
  { duration, outcome, startedAt }: StepResult,
  now: number,
): BranchResult {
  if (outcome.kind === "error") {
    return {
      kind: "failed",
      error: errorRecord(outcome.error, { step: record.step, attempt: record.attempt, at: now }),
    };
  }
  const { remove, set } = changesOf(record, outcome.changes);
  return { kind: "next", next: nextOf(outcome), set: Object.fromEntries(set), remove, startedAt, duration };
}

function nextOf(outcome: Exclude<StepOutcome, { kind: "error" }>): string | readonly string[] | null {
  switch (outcome.kind) {
    case "goto":
      return outcome.next;
    case "fan-out":
      return outcome.steps;
    case "end":
      return null;
    case "wait":
      throw new TypeError("a branch that waits is not over");
  }
}
