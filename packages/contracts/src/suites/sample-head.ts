import { randomUUID } from "node:crypto";
import type { BranchResult, ClearableField, InstanceHead, InstanceStore, MutableHead } from "@stephooks/core";
import { expect } from "vitest";

/** A head without optional fields and with an id that nobody else uses. */
export function sampleHead(changes: Partial<InstanceHead> = {}): InstanceHead {
  return {
    id: `sample-${randomUUID()}`,
    workflow: "orders",
    startId: "start-1",
    createdAt: 1_767_225_600_000,
    seq: 3,
    token: 2,
    previousToken: 1,
    status: "runnable",
    step: "charge",
    visit: 1,
    attempt: 1,
    readyAt: 1_767_225_600_000,
    transactionId: "00ff00ff00ff00ff",
    updatedAt: 1_767_225_601_000,
    state: new Map([["total", "12.5"]]),
    patchVersion: 0,
    stepCounts: {},
    history: [],
    ...changes,
  };
}

const entry = { seq: 1, step: "begin", attempt: 1, startedAt: 1_767_225_600_100, duration: 40 };

const error = {
  name: "TypeError",
  message: 'no "card"\nsecond line 💳',
  stack: "TypeError: no card\n    at charge",
  code: "E_CARD",
  step: "charge",
  attempt: 2,
  at: 1_767_225_600_900,
};
const plainError = { name: "Error", message: "", step: "ship", attempt: 1, at: 5 };
const times = { startedAt: 1_767_225_600_300, duration: 7 };

/** Branch results of every form. */
export const everyResult: ReadonlyMap<number, BranchResult> = new Map<number, BranchResult>([
  [0, { kind: "next", next: "ship", set: { total: "13", "a.b": '"#r"' }, remove: ["old"], ...times }],
  [1, { kind: "next", next: ["ship", "bill"], set: {}, remove: [], ...times }],
  [2, { kind: "next", next: null, set: { "": "null" }, remove: ["", 'a "b"'], ...times }],
  [10, { kind: "failed", error }],
  [99, { kind: "failed", error: plainError }],
]);

/** Times of expiry before and after every clock of a test. */
export const EXPIRED = 1_000;
export const LONG_AHEAD = 7_258_118_400_000;

/** Every field an update may take away. */
export const everyClearableField: Required<Pick<MutableHead, ClearableField>> = {
  previousStep: "begin",
  totalTime: 1_234,
  error,
  dueAt: 1_767_225_800_000,
  indexedAt: 1_767_225_800_001,
  timeoutStep: "remind",
  deadline: 1_767_999_999_999,
  join: { seq: 3, steps: ["a", "b", "a"], tolerated: 1, settleAll: true },
  results: everyResult,
  branchErrors: [error, plainError],
  removed: ["gone", "", "__proto__", 'a "b"'],
  appliedCommands: [{ token: 3, id: "command-1" }],
  answeredVisit: 7,
  startMarks: 2,
  pauseId: "p2",
  heldToken: 3,
  endedPauses: [{ id: "p0" }, { id: "p1", heldToken: 2 }],
  expiresAt: LONG_AHEAD,
};

/** Every field an update may set, each different from the sample's; each outcome and both forms of step count. */
export const everyMutableField: MutableHead = {
  seq: 4,
  token: 3,
  previousToken: -1,
  status: "runnable",
  step: "charge",
  visit: 2,
  attempt: 3,
  readyAt: 1_767_225_700_000,
  transactionId: "aa",
  updatedAt: 1_767_225_700_001,
  patchVersion: 1,
  stepCounts: {
    begin: { visits: 1, startTime: 1_767_225_600_100, finishTime: 1_767_225_600_140, totalTime: 40 },
    charge: { visits: 2, startTime: 1_767_225_600_200 },
    ship: { visits: 1, startTime: 1_767_225_600_300, finishTime: 1_767_225_600_301 },
  },
  history: [
    { ...entry, outcome: "goto" },
    { ...entry, seq: 2, step: "charge", outcome: "retry" },
    { ...entry, seq: 3, step: "charge", attempt: 2, outcome: "fail" },
    { ...entry, seq: 4, step: 'a "quoted" step', outcome: "end" },
    { ...entry, seq: 5, step: "approve", outcome: "wait" },
    {
      ...entry,
      seq: 6,
      step: "approve",
      outcome: "continue",
      changes: [
        { key: "by", after: '"ada"' },
        { key: "asked", before: "true" },
      ],
      unlisted: 2,
    },
  ],
  ...everyClearableField,
};

/** A sample head with every optional field. */
export function fullHead(): InstanceHead {
  const { seq, token } = sampleHead();
  return sampleHead({
    ...everyMutableField,
    seq,
    token,
    patchVersion: 0,
    fullHistory: true,
    keepsChanges: true,
    redact: ["card", 'a "b"'],
    retention: 1_296_000_000,
  });
}

/** Stores the head and gives it back. */
export async function stored(store: InstanceStore, head: InstanceHead = sampleHead()): Promise<InstanceHead> {
  expect(await store.create(head)).toEqual({ ok: true });
  return head;
}

/** The head as it is stored now. */
export async function readHead(store: InstanceStore, id: string): Promise<InstanceHead | undefined> {
  return (await store.read([id])).get(id);
}
