import type { InstanceHead } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import type { TokenMessage } from "../src/classify-message.ts";
import { type DeadLetterContext, type DeadLetterDecision, decideDeadLetter } from "../src/decide-dead-letter.ts";
import { createMessage, headWith, START } from "./support/bench.ts";

const wake = (token: number): TokenMessage => ({ kind: "wake", instance: "order-1", token, dutiesDone: true });
const create = createMessage();
const at5 = headWith({ seq: 5, token: 5, previousToken: 3 });

const error = { name: "Error", message: "x", step: "begin", attempt: 1, at: START };
const joining = {
  ...at5,
  status: "joining",
  join: { seq: 5, steps: ["begin"], tolerated: 0, settleAll: false },
  results: new Map(),
} as const;
const branch = { kind: "branch", instance: "order-1", seq: 5, branch: 0 } as const;
const command = {
  kind: "command",
  instance: "order-1",
  startId: "start-1",
  command: "continue",
  token: 6,
  id: "c1",
  set: new Map(),
  remove: [],
} as const;

interface Row {
  readonly rule: string;
  readonly message: TokenMessage;
  readonly head: InstanceHead | undefined;
  readonly at?: Partial<DeadLetterContext>;
  readonly expected: Partial<DeadLetterDecision>;
}

const rows: readonly Row[] = [
  {
    rule: "A17: current and runnable, its starts used up: the instance fails",
    message: wake(5),
    head: { ...at5, startMarks: 5 },
    expected: { kind: "fail" },
  },
  {
    rule: "I23: current and runnable, with starts left: receives alone fail nobody, a fresh copy at once",
    message: wake(5),
    head: { ...at5, startMarks: 4 },
    expected: { kind: "resend", outgoing: { message: wake(5), delaySeconds: 0 } },
  },
  {
    rule: "I23: likewise when it was never begun as a suspect; the copy is one, so its next run leaves a mark",
    message: wake(5),
    head: at5,
    expected: { kind: "resend", outgoing: { message: { ...wake(5), suspect: true }, delaySeconds: 0 } },
  },
  {
    rule: "A13: current, but not yet ready: a fresh copy with the remaining delay",
    message: wake(5),
    head: { ...at5, readyAt: START + 1_500 },
    expected: { kind: "resend", outgoing: { message: wake(5), delaySeconds: 2 } },
  },
  {
    rule: "A13: the delay of a copy is 15 minutes at most",
    message: wake(5),
    head: { ...at5, readyAt: START + 3_600_000 },
    expected: { kind: "resend", outgoing: { message: wake(5), delaySeconds: 900 } },
  },
  {
    rule: "A13: current, a delay that is over: a fresh copy at once",
    message: wake(5),
    head: { ...at5, status: "timer", readyAt: START - 5_000 },
    expected: { kind: "resend", outgoing: { message: wake(5), delaySeconds: 0 } },
  },
  {
    rule: "A13: current, a delay that is not over: a fresh copy with the remaining delay",
    message: wake(5),
    head: { ...at5, status: "timer", dueAt: START + 20_000 },
    expected: { kind: "resend", outgoing: { message: wake(5), delaySeconds: 20 } },
  },
  {
    rule: "A13: current, a wait that ends: a fresh copy with the remaining delay, or a short wait would never end",
    message: wake(5),
    head: { ...at5, status: "waiting", dueAt: START + 20_000 },
    expected: { kind: "resend", outgoing: { message: wake(5), delaySeconds: 20 } },
  },
  {
    rule: "A13: current, a wait without an end: deleted",
    message: wake(5),
    head: { ...at5, status: "waiting" },
    expected: { kind: "drop" },
  },
  {
    rule: "A13: current and joining, all reported: the duties, which wake the join",
    message: wake(5),
    head: { ...joining, results: new Map([[0, { kind: "failed", error }]]) },
    expected: { kind: "duties" },
  },
  {
    rule: "A13: current and joining, not complete: deleted, the branches own it",
    message: wake(5),
    head: joining,
    expected: { kind: "drop" },
  },
  {
    rule: "A13: current, the step unknown here: a copy in a minute",
    message: wake(5),
    head: at5,
    at: { knowsStep: () => false },
    expected: { kind: "resend", outgoing: { message: wake(5), delaySeconds: 60 } },
  },
  {
    rule: "A13: current and blocked: deleted without a write (A14)",
    message: wake(5),
    head: { ...at5, status: "blocked" },
    expected: { kind: "drop" },
  },
  {
    rule: "A13: current and ended: deleted, an end owes nothing (A4)",
    message: wake(5),
    head: { ...at5, status: "failed" },
    expected: { kind: "drop" },
  },
  {
    rule: "A13: the predecessor: the duties at once, without a hold",
    message: wake(3),
    head: at5,
    expected: { kind: "duties", head: at5 },
  },
  {
    rule: "A7.3: the predecessor of a token that a command issued: deleted, the command's message insures it",
    message: wake(3),
    head: { ...at5, appliedCommands: [{ token: 5, id: "c0" }] },
    expected: { kind: "drop" },
  },
  { rule: "A13: older: deleted", message: wake(4), head: at5, expected: { kind: "drop" } },
  { rule: "A13: a token from the future stays for a human", message: wake(6), head: at5, expected: { kind: "stay" } },
  {
    rule: "A13: a create message without an item: sent again, for nothing has begun",
    message: create,
    head: undefined,
    expected: { kind: "resend", outgoing: { message: create, delaySeconds: 0 } },
  },
  {
    rule: "A13: a branch message without a record: likewise",
    message: branch,
    head: undefined,
    expected: { kind: "resend", outgoing: { message: branch, delaySeconds: 0 } },
  },
  {
    rule: "A17: a create message is current while no step has committed",
    message: create,
    head: headWith({ startMarks: 5 }),
    expected: { kind: "fail" },
  },
  {
    rule: "A13: a create message of another start: deleted",
    message: createMessage({ startId: "start-2" }),
    head: headWith(),
    expected: { kind: "drop" },
  },
  { rule: "A13: a wake without an item: deleted", message: wake(5), head: undefined, expected: { kind: "drop" } },
  {
    rule: "A13: a command that nobody has applied, and that still can be: sent again",
    message: command,
    head: { ...at5, status: "waiting" },
    expected: { kind: "resend", outgoing: { message: command, delaySeconds: 0 } },
  },
  {
    rule: "A13: a command to an instance that does not stand as it needs: deleted",
    message: command,
    head: at5,
    expected: { kind: "drop" },
  },
  {
    rule: "A13: a command that came too late: deleted",
    message: command,
    head: { ...at5, seq: 6, token: 6, previousToken: 5, status: "waiting" },
    expected: { kind: "drop" },
  },
  {
    rule: "A13: a command that was applied is the wake of its token",
    message: command,
    head: { ...at5, seq: 6, token: 6, previousToken: 5, appliedCommands: [{ token: 6, id: "c1" }] },
    expected: { kind: "resend", outgoing: { message: command, delaySeconds: 0 } },
  },
  { rule: "A13: a command without an item: deleted", message: command, head: undefined, expected: { kind: "drop" } },
];

describe("what a dead letter means for the stored head", () => {
  test.each(rows.map((row) => [row.rule, row] as const))("%s", (_rule, { message, head, at, expected }) => {
    expect(decideDeadLetter(message, head, { now: START, knowsStep: () => true, ...at })).toMatchObject(expected);
  });
});
