import {
  applyHeadUpdate,
  type ClearableField,
  expiryOf,
  hasEnded,
  type HeadCondition,
  type HeadUpdate,
  type InstanceHead,
  type ListPlace,
  type MutableHead,
  parseBranchId,
} from "@stephooks/core";
import { type Entry, nextHistory } from "./history-ring.ts";
import { recordedChanges } from "./record-changes.ts";
import { type StateChanges, stateWrite } from "./state-changes.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

/** One conditional write and the head it leaves behind. */
export interface Transition {
  readonly update: HeadUpdate;
  readonly condition: HeadCondition;
  readonly next: InstanceHead;
}

/** What a transition may depend on besides what asked for it. */
export interface TransitionInput {
  readonly head: InstanceHead;
  readonly workflow: WorkflowDefinition;
  readonly now: number;
  readonly transactionId: string;
  /** A number from 0 to 1 for the jitter of a retry. */
  readonly chance: number;
  /** The next step may run in this invocation, unless the instance is paused. */
  readonly inline?: boolean;
}

/** How a head changes, before the write is put together. */
export interface Move {
  readonly set: Partial<MutableHead>;
  readonly changes: StateChanges;
  /** Optional parts that must be gone afterwards, whether they are there or not. */
  readonly drop?: readonly ClearableField[];
  /** R8: refused when the state was patched since the step read it. */
  readonly ifUnpatched?: boolean;
}

/** Parts that belong to one visit: whatever moves the head on takes them away. */
const ofOneVisit: readonly ClearableField[] = ["dueAt", "timeoutStep", "join", "results", "startMarks"];

/** Written beside the commits: a writer may not have seen them, and takes them away all the same. */
const besideCommits: ReadonlySet<ClearableField> = new Set(["startMarks", "pauseId", "heldToken"]);

/** Parts that an end takes away. A pause outlives a visit: the message it took may still insure the one before. */
export const untilTheEnd: readonly ClearableField[] = ["indexedAt", "branchErrors", "pauseId", "heldToken"];

/**
 * The write that makes a move. Pure: no I/O, no clock, no chance.
 *
 * R0: the write carries seq and status as its condition, so one seq commits once and nothing commits after an end.
 * Unless chained inline, it issues a new token; the message that authorised it becomes the predecessor. Every transition
 * of an instance leaves an entry in its history; a branch's record keeps none.
 */
export function planMove(input: TransitionInput, move: Move, entry: Entry | undefined): Transition {
  const { head } = input;
  const { write, replacesMap } = stateWrite(head.state, move.changes);
  const inline = chains(input);
  const ends = move.set.status !== undefined && hasEnded(move.set.status);
  const set: Partial<MutableHead> = {
    ...stamp(input, inline),
    ...move.set,
    ...remember(head, entry, move.changes),
    ...(ends ? expiryOf(head, input.now) : {}),
  };
  const gone = [...ofOneVisit, ...ofRecord(head), ...(move.drop ?? []), ...(ends ? untilTheEnd : [])].filter(
    (field) => (field in head || besideCommits.has(field)) && !(field in set),
  );
  const listed = listPlace(head, set);
  const update: HeadUpdate = {
    set,
    ...(gone.length > 0 ? { clear: gone } : {}),
    ...(write ? { state: write } : {}),
    ...(listed ? { listed } : {}),
  };
  return {
    update,
    condition: {
      seq: head.seq,
      statusIn: [head.status],
      // Replacing the whole map would overwrite a change made beside the step, so none may have happened.
      // The next step of a chain reads nothing before it begins, so the chain must see every patch and every pause.
      ...(replacesMap || move.ifUnpatched || inline ? { patchVersion: head.patchVersion } : {}),
      ...(inline ? { pauseId: null } : {}),
    },
    next: applyHeadUpdate(head, update),
  };
}

/** A branch's record stands in the due index for a long wait only: its instance has the watchdog. */
function ofRecord({ id }: InstanceHead): readonly ClearableField[] {
  return parseBranchId(id) === undefined ? [] : ["indexedAt"];
}

/** Whether the next step runs in this invocation: the message in hand stays the newest. */
function chains({ head, inline = false }: TransitionInput): boolean {
  return inline && head.pauseId === undefined;
}

/** What every commit writes. */
function stamp({ head, now, transactionId }: TransitionInput, inline: boolean): Partial<MutableHead> {
  const seq = head.seq + 1;
  const token = inline ? {} : { token: seq, previousToken: head.token };
  return { seq, ...token, transactionId, updatedAt: now };
}

function remember(head: InstanceHead, entry: Entry | undefined, changes: StateChanges): Partial<MutableHead> {
  if (entry === undefined || parseBranchId(head.id) !== undefined) return {};
  return { history: nextHistory(head, { ...entry, ...recordedChanges(head, changes) }) };
}

/** Only an end moves an instance in the list index; a branch's record is in none. */
function listPlace(head: InstanceHead, { status }: Partial<MutableHead>): ListPlace | undefined {
  if (status === undefined || !hasEnded(status) || parseBranchId(head.id) !== undefined) return undefined;
  return { workflow: head.workflow, group: status, createdAt: head.createdAt };
}
