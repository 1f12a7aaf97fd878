import {
  applyStateWrite,
  assertStorableSize,
  type BranchResult,
  type InstanceHead,
  type Join,
  StateError,
  type StepCount,
} from "@stephooks/core";
import { EngineError } from "./engine-error.ts";
import type { Entry } from "./history-ring.ts";
import { complete, enter, fanOut, giveUp } from "./moves.ts";
import type { StateChanges } from "./state-changes.ts";
import { type Move, planMove, type Transition, type TransitionInput } from "./transition.ts";

type Succeeded = Extract<BranchResult, { kind: "next" }>;

/** True when the join can be decided: every branch is recorded, or more have failed than are tolerated. */
export function isJoinComplete(head: InstanceHead): boolean {
  const { join, results } = head;
  if (join === undefined || results === undefined) return false;
  if (results.size >= join.steps.length) return true;
  return !join.settleAll && failuresIn(results) > join.tolerated;
}

/**
 * The transition of a complete join: the branches' changes are merged in declared order onto the state as stored now,
 * so what an `updateState` changed beside them stays. Pure.
 */
export function planJoin(input: TransitionInput, entry: Entry): Transition {
  const { head } = input;
  if (head.join === undefined || head.results === undefined) throw new TypeError(`instance ${head.id} does not join`);
  const joined: TransitionInput = { ...input, head: { ...head, stepCounts: countsOf(head, head.join, head.results) } };
  const move = moveFor(joined, head.join, head.results);
  const set = { stepCounts: joined.head.stepCounts, ...move.set };
  // As codehooks has it: what the instance comes from is the branch that ended last.
  if (set.previousStep !== undefined) set.previousStep = lastToEnd(head.join, head.results) ?? head.step;
  return planMove(joined, { ...move, set }, entry);
}

function moveFor(input: TransitionInput, join: Join, results: ReadonlyMap<number, BranchResult>): Move {
  const inOrder = [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
  const errors = inOrder.flatMap((result) => (result.kind === "failed" ? [result.error] : []));
  const succeeded = inOrder.filter((result) => result.kind === "next");
  const [first] = succeeded;
  const [firstError] = errors;
  if (firstError && (errors.length > join.tolerated || first === undefined)) {
    return failWith(input, firstError);
  }
  if (first === undefined) throw new TypeError("a complete join has results");
  const changes = mergeChanges(succeeded);
  const next = nextOf(input, succeeded);
  if (next instanceof EngineError) return giveUp(input, next, input.head.step, input.workflow.onError);
  const refusal = sizeRefusal(input.head, changes);
  if (refusal) return giveUp(input, refusal, input.head.step, input.workflow.onError);
  const move = moveTo(input, next, changes);
  return errors.length === 0 ? move : { ...move, set: { ...move.set, branchErrors: errors } };
}

function moveTo(input: TransitionInput, next: Succeeded["next"], changes: StateChanges): Move {
  if (next === null) return complete(input, changes);
  if (typeof next === "string") return enter(input, next, changes);
  return fanOut(input, { kind: "fan-out", steps: next, changes, tolerated: 0, settleAll: false });
}

/** Each branch's state fits; what they make together may not. */
function sizeRefusal(head: InstanceHead, changes: StateChanges): StateError | undefined {
  try {
    assertStorableSize(applyStateWrite(head.state, changes));
    return undefined;
  } catch (error) {
    if (error instanceof StateError) return error;
    throw error;
  }
}

/** The branch's own record of its error is kept: it names the branch's step and attempt. */
function failWith(input: TransitionInput, error: NonNullable<InstanceHead["error"]>): Move {
  const move = giveUp(input, new Error(error.message), error.step, input.workflow.onError);
  return { ...move, set: { ...move.set, error } };
}

function nextOf({ head, workflow }: TransitionInput, results: readonly Succeeded[]): Succeeded["next"] | EngineError {
  const named = new Set(results.map(({ next }) => JSON.stringify(next)));
  const [first] = results;
  if (named.size === 1 && first !== undefined) return first.next;
  return new EngineError(
    "join-mismatch",
    `The branches of workflow "${workflow.name}" must join at the same next step; they named ${[...named].join(", ")}.`,
    { workflow: workflow.name, instance: head.id },
  );
}

/** Later branches win over earlier ones; a key both set and removed is what the last of them did. */
function mergeChanges(results: readonly Succeeded[]): StateChanges {
  const set = new Map<string, string>();
  const removed = new Set<string>();
  for (const result of results) {
    for (const [key, json] of Object.entries(result.set)) {
      set.set(key, json);
      removed.delete(key);
    }
    for (const key of result.remove) {
      removed.add(key);
      set.delete(key);
    }
  }
  return { kind: "keys", set, remove: [...removed] };
}

/** The step of the branch that ended last; of several at once the one declared last. */
function lastToEnd(join: Join, results: ReadonlyMap<number, BranchResult>): string | undefined {
  const ended = [...results].flatMap(([branch, result]) =>
    result.kind === "next" ? [{ branch, at: result.startedAt + result.duration }] : [],
  );
  const last = ended.toSorted((a, b) => a.at - b.at || a.branch - b.branch).at(-1);
  return last && join.steps[last.branch];
}

function countsOf(
  head: InstanceHead,
  join: Join,
  results: ReadonlyMap<number, BranchResult>,
): Readonly<Record<string, StepCount>> {
  const counts: Record<string, StepCount> = { ...head.stepCounts };
  for (const [branch, result] of results) {
    const step = join.steps[branch];
    if (step === undefined) continue;
    const visits = (counts[step]?.visits ?? 0) + 1;
    counts[step] =
      result.kind === "next"
        ? {
            visits,
            startTime: result.startedAt,
            finishTime: result.startedAt + result.duration,
            totalTime: result.duration,
          }
        : { visits, startTime: head.updatedAt };
  }
  return counts;
}

function failuresIn(results: ReadonlyMap<number, BranchResult>): number {
  return [...results.values()].filter((result) => result.kind === "failed").length;
}
