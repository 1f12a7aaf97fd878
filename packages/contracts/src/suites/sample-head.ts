import { randomUUID } from "node:crypto";
import type { InstanceHead, InstanceStore, MutableHead } from "@stephooks/core";
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

/** Every field an update may set, each different from the sample's; each outcome and both forms of step count. */
export const everyMutableField: MutableHead = {
  seq: 4,
  token: 3,
  previousToken: -1,
  status: "runnable",
  step: "charge",
  previousStep: "begin",
  visit: 2,
  attempt: 3,
  readyAt: 1_767_225_700_000,
  transactionId: "aa",
  updatedAt: 1_767_225_700_001,
  patchVersion: 1,
  totalTime: 1_234,
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
  ],
  error: {
    name: "TypeError",
    message: 'no "card"\nsecond line 💳',
    stack: "TypeError: no card\n    at charge",
    code: "E_CARD",
    step: "charge",
    attempt: 2,
    at: 1_767_225_600_900,
  },
};

/** A sample head with every optional field. */
export function fullHead(): InstanceHead {
  const { seq, token } = sampleHead();
  const parent = { id: "parent:1@x", seq: 7, branch: 2 };
  return sampleHead({ ...everyMutableField, seq, token, patchVersion: 0, parent });
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
