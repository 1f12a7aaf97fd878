import type { InstanceHead } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { initialBranchHead } from "../src/branch.ts";
import { classifyMessage, type TokenMessage, type Unstored } from "../src/classify-message.ts";
import type { Decision, DecisionContext } from "../src/decision.ts";
import { initialHead } from "../src/initial-head.ts";
import { context, createMessage, headWith, START } from "./support/bench.ts";

const wake = (token: number): TokenMessage => ({ kind: "wake", instance: "order-1", token, dutiesDone: true });
const create = createMessage();
const unknown = { knowsStep: () => false };

interface Row {
  readonly rule: string;
  readonly message: TokenMessage;
  readonly head: InstanceHead | undefined;
  /** What the message stands for while nothing is stored. */
  readonly unstored?: Unstored;
  readonly at?: Partial<DecisionContext>;
  readonly expected: Partial<Decision>;
}

/** At seq 5: message 5 is current, message 3 its predecessor. */
const at5 = headWith({ seq: 5, token: 5, previousToken: 3, updatedAt: START });
const MINUTE = 60_000;
const done = { kind: "next", next: null, set: {}, remove: [], startedAt: START, duration: 1 } as const;
const joining = {
  ...at5,
  status: "joining",
  join: { seq: 5, steps: ["begin"], tolerated: 0, settleAll: false },
  results: new Map(),
} as const;
const ended = { ...at5, status: "failed" } as const;

const rows: readonly Row[] = [
  {
    rule: "R1: the current message runs the current step",
    message: wake(5),
    head: at5,
    expected: { kind: "run", head: at5, stored: true },
  },
  {
    rule: "R1: a create message is current while no step has committed",
    message: create,
    head: headWith(),
    expected: { kind: "run", stored: true },
  },
  {
    rule: "R1: a step this deployment does not know runs nowhere; a copy comes back in a minute",
    message: wake(5),
    head: at5,
    at: unknown,
    expected: { kind: "replace", outgoing: { message: wake(5), delaySeconds: 60 } },
  },
  {
    rule: "R2: the predecessor at first sight is put back until its successor's function is over",
    message: wake(3),
    head: at5,
    expected: { kind: "keep", seconds: 60 },
  },
  {
    rule: "R2: the predecessor at first sight, long after the commit, is put back for a moment",
    message: wake(3),
    head: at5,
    at: { now: START + 70_000 },
    expected: { kind: "keep", seconds: 1 },
  },
  {
    rule: "R2: the predecessor at second sight is put back while its successor may be running",
    message: wake(3),
    head: at5,
    at: { receiveCount: 2, now: START + 59_500 },
    expected: { kind: "keep", seconds: 1 },
  },
  {
    rule: "R2: the predecessor at second sight, when no function can be running any more, repeats the duties",
    message: wake(3),
    head: at5,
    at: { receiveCount: 2, now: START + 60_000 },
    expected: { kind: "repair", head: at5 },
  },
  {
    rule: "R2: a clock that is five minutes behind holds the predecessor no longer than one function timeout",
    message: wake(3),
    head: at5,
    at: { receiveCount: 2, now: START - 300_000 },
    expected: { kind: "keep", seconds: 60 },
  },
  {
    rule: "R2: a create message is the predecessor of the first commit",
    message: create,
    head: headWith({ seq: 1, token: 1, previousToken: 0 }),
    expected: { kind: "keep", seconds: 60 },
  },
  {
    rule: "R2: the predecessor of an ended instance repeats its last duties",
    message: wake(3),
    head: ended,
    at: { receiveCount: 2, now: START + 60_000 },
    expected: { kind: "repair" },
  },
  {
    rule: "R3: a message older than the predecessor is deleted",
    message: wake(4),
    head: at5,
    expected: { kind: "drop", reason: "a later message has been issued since" },
  },
  { rule: "R3: so is an old create message", message: create, head: at5, expected: { kind: "drop" } },
  {
    rule: "R7: a create message that finds nothing runs the first step on the head it stands for",
    message: create,
    head: undefined,
    unstored: initialHead(create),
    expected: { kind: "run", head: initialHead(create), stored: false },
  },
  {
    rule: "R7: a create message of an unknown workflow comes back in a minute",
    message: create,
    head: undefined,
    unstored: initialHead(create),
    at: unknown,
    expected: { kind: "replace", outgoing: { message: create, delaySeconds: 60 } },
  },
  {
    rule: "R7: a create message of another start with the same id is deleted",
    message: createMessage({ startId: "start-2" }),
    head: headWith(),
    expected: { kind: "drop", reason: "the id belongs to another start" },
  },
  {
    rule: "R7: a wake that finds nothing is deleted",
    message: wake(5),
    head: undefined,
    expected: { kind: "drop", reason: "no such instance" },
  },
  {
    rule: "a token from the future is kept: the table may have been restored",
    message: wake(6),
    head: at5,
    expected: { kind: "keep" },
  },
  {
    rule: "A4: the current message of a failed instance is dropped: an end owes nothing",
    message: wake(5),
    head: ended,
    expected: { kind: "drop", reason: "the instance has ended" },
  },
  {
    rule: "A4: likewise when it was cancelled",
    message: wake(5),
    head: { ...at5, status: "cancelled" },
    expected: { kind: "drop" },
  },
  {
    rule: "A4: likewise when it completed, and whatever the deployment knows",
    message: wake(5),
    head: { ...at5, status: "completed" },
    at: unknown,
    expected: { kind: "drop" },
  },
  {
    rule: "A14: a step unknown for a quarter of an hour is still hoped for",
    message: wake(5),
    head: at5,
    at: { ...unknown, now: START + 15 * MINUTE },
    expected: { kind: "replace" },
  },
  {
    rule: "A14: after that the instance is blocked",
    message: wake(5),
    head: at5,
    at: { ...unknown, now: START + 15 * MINUTE + 1 },
    expected: { kind: "move", move: "block" },
  },
  {
    rule: "A14: the quarter of an hour begins when the step could have begun",
    message: wake(5),
    head: { ...at5, readyAt: START + MINUTE },
    at: { ...unknown, now: START + 16 * MINUTE },
    expected: { kind: "replace" },
  },
  {
    rule: "A14: a start that nobody stored is blocked, too: somebody must be able to see it",
    message: create,
    head: undefined,
    unstored: initialHead(create),
    at: { ...unknown, now: START + 60 * MINUTE },
    expected: { kind: "move", move: "block", creates: true },
  },
  {
    rule: "A14: the current message of a blocked instance is deleted",
    message: wake(5),
    head: { ...at5, status: "blocked" },
    expected: { kind: "drop", reason: "the instance is blocked" },
  },
  {
    rule: "A9: a wait whose time is over moves on",
    message: wake(5),
    head: { ...at5, status: "waiting", dueAt: START },
    expected: { kind: "move", move: "time-out" },
  },
  {
    rule: "A9: the wake of a wait that comes early is put back",
    message: wake(5),
    head: { ...at5, status: "waiting", dueAt: START + 5_000 },
    expected: { kind: "keep", seconds: 5 },
  },
  {
    rule: "A9: a wait without an end needs no message but its command's",
    message: wake(5),
    head: { ...at5, status: "waiting" },
    expected: { kind: "drop", reason: "the wait has no end" },
  },
  {
    rule: "A9: a delayed step whose time has come runs",
    message: wake(5),
    head: { ...at5, status: "timer", dueAt: START, readyAt: START },
    expected: { kind: "run", stored: true },
  },
  {
    rule: "A9: the wake of a long delay that comes early is replaced by a copy for the rest",
    message: wake(5),
    head: { ...at5, status: "timer", dueAt: START + 600_000, readyAt: START + 600_000 },
    expected: { kind: "replace", outgoing: { message: wake(5), delaySeconds: 600 } },
  },
  {
    rule: "A18: a fan-out whose branches have all reported joins",
    message: wake(5),
    head: { ...joining, results: new Map([[0, done]]) },
    expected: { kind: "move", move: "join" },
  },
  {
    rule: "A18: a fan-out that is not complete is woken by its branches",
    message: wake(5),
    head: joining,
    expected: { kind: "drop", reason: "the branches have not all reported" },
  },
  {
    rule: "A18: a branch without a record runs on what its message stands for",
    message: { kind: "branch", instance: "order-1", seq: 5, branch: 0 },
    head: undefined,
    unstored: initialBranchHead(joining, { instance: "order-1", seq: 5, branch: 0 }),
    expected: { kind: "run", stored: false },
  },
  ...(["runnable", "timer", "waiting", "joining"] as const).map((status): Row => ({
    rule: `an instance that is ${status} when its lifetime is over ends`,
    message: wake(5),
    head: { ...joining, status, deadline: START },
    expected: { kind: "move", move: "expire" },
  })),
  {
    rule: "an instance lives until a second before its deadline: SQS delays are whole seconds",
    message: wake(5),
    head: { ...at5, deadline: START + 1_001 },
    expected: { kind: "run" },
  },
  ...(["completed", "failed", "cancelled", "blocked"] as const).map((status): Row => ({
    rule: `an instance that is ${status} does not expire`,
    message: wake(5),
    head: { ...at5, status, deadline: START - 1 },
    expected: { kind: "drop" },
  })),
];

describe("what a received message means for the stored head", () => {
  test.each(rows.map((row) => [row.rule, row] as const))("%s", (_rule, row) => {
    const { at, expected, head, message, unstored } = row;
    expect(classifyMessage(message, head, context(at), unstored)).toMatchObject(expected);
  });
});
