import type { InstanceHead, WorkMessage } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { classifyMessage } from "../src/classify-message.ts";
import type { Decision, DecisionContext } from "../src/decision.ts";
import { initialHead } from "../src/initial-head.ts";
import { context, createMessage, headWith, START } from "./support/bench.ts";

const wake = (token: number): WorkMessage => ({ kind: "wake", instance: "order-1", token, dutiesDone: true });
const create = createMessage();
const unknown = { knowsStep: () => false };

interface Row {
  readonly rule: string;
  readonly message: WorkMessage;
  readonly head: InstanceHead | undefined;
  readonly at?: Partial<DecisionContext>;
  readonly expected: Partial<Decision>;
}

/** At seq 5: message 5 is current, message 3 its predecessor. */
const at5 = headWith({ seq: 5, token: 5, previousToken: 3, updatedAt: START });
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
    rule: "R1: the current message of a head that waits for something else is kept",
    message: wake(5),
    head: { ...at5, status: "joining" },
    expected: { kind: "keep", reason: "the instance is joining" },
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
    expected: { kind: "run", head: initialHead(create), stored: false },
  },
  {
    rule: "R7: a create message of an unknown workflow comes back in a minute",
    message: create,
    head: undefined,
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
    rule: "A4: the current message of a failed instance repeats the duties of the end",
    message: wake(5),
    head: ended,
    expected: { kind: "repair", head: ended },
  },
  {
    rule: "A4: likewise when it was cancelled",
    message: wake(5),
    head: { ...at5, status: "cancelled" },
    expected: { kind: "repair" },
  },
  {
    rule: "A4: likewise when it completed, and whatever the deployment knows",
    message: wake(5),
    head: { ...at5, status: "completed" },
    at: unknown,
    expected: { kind: "repair" },
  },
  {
    rule: "A16: a wake one second early runs",
    message: wake(5),
    head: { ...at5, readyAt: START + 1_000 },
    expected: { kind: "run" },
  },
  {
    rule: "A16: an earlier wake is put back until it is time",
    message: wake(5),
    head: { ...at5, readyAt: START + 1_001 },
    expected: { kind: "keep", seconds: 2 },
  },
  {
    rule: "A16: up to one visibility timeout it is put back",
    message: wake(5),
    head: { ...at5, readyAt: START + 90_000 },
    expected: { kind: "keep", seconds: 90 },
  },
  {
    rule: "A16: beyond one visibility timeout a delayed copy takes its place",
    message: wake(5),
    head: { ...at5, readyAt: START + 90_001 },
    expected: { kind: "replace", outgoing: { message: wake(5), delaySeconds: 91 } },
  },
  {
    rule: "A16: a copy is delayed by 15 minutes at most, and comes again",
    message: wake(5),
    head: { ...at5, readyAt: START + 3_600_000 },
    expected: { kind: "replace", outgoing: { message: wake(5), delaySeconds: 900 } },
  },
  {
    rule: "a report is deleted: no head of this version waits for one",
    message: { kind: "report", instance: "order-1", seq: 1, branch: 0, child: "c", status: "completed" },
    head: at5,
    expected: { kind: "drop" },
  },
];

describe("what a received message means for the stored head", () => {
  test.each(rows.map((row) => [row.rule, row] as const))("%s", (_rule, { message, head, at, expected }) => {
    expect(classifyMessage(message, head, context(at))).toMatchObject(expected);
  });
});
