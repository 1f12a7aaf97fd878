import type { CommandMessage, HeadStatus, InstanceHead } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { classifyMessage, type TokenMessage } from "../src/classify-message.ts";
import type { Decision, DecisionContext } from "../src/decision.ts";
import { context, headWith, START } from "./support/bench.ts";

/** A wait that committed seq 5: the command that answers it issues token 6. */
const waits = headWith({ seq: 5, token: 5, previousToken: 3, status: "waiting" });
const mine = commandOf("continue");
/** The same wait, answered by the command. */
const answered = headWith({ seq: 6, token: 6, previousToken: 5, appliedCommands: [{ token: 6, id: "mine" }] });
const timedOut = headWith({ seq: 6, token: 6, previousToken: 5 });

function commandOf(command: CommandMessage["command"], id = "mine"): CommandMessage {
  const address = { instance: "order-1", startId: "start-1" };
  return { kind: "command", ...address, command, token: 6, id, set: new Map(), remove: [] };
}

function wake(token: number): TokenMessage {
  return { kind: "wake", instance: "order-1", token, dutiesDone: true };
}

interface Row {
  readonly rule: string;
  readonly message: TokenMessage;
  readonly head: InstanceHead | undefined;
  readonly at?: Partial<DecisionContext>;
  readonly expected: Partial<Decision>;
}

const rows: readonly Row[] = [
  {
    rule: "A6: a command whose wait is not committed yet is put back",
    message: mine,
    head: { ...waits, seq: 4, status: "runnable" },
    expected: { kind: "keep", reason: "the command is from the future" },
  },
  {
    rule: "A6: a command on the head it expects is applied",
    message: mine,
    head: waits,
    expected: { kind: "apply", head: waits, command: mine },
  },
  {
    rule: "A6: a command for an instance that ended since is deleted",
    message: mine,
    head: { ...waits, status: "cancelled" },
    expected: { kind: "drop" },
  },
  {
    rule: "A6: a command for an instance that is gone is deleted",
    message: mine,
    head: undefined,
    expected: { kind: "drop", reason: "no such instance" },
  },
  {
    rule: "a command for another start under the same id is deleted, applied or not",
    message: { ...mine, startId: "start-2" },
    head: answered,
    expected: { kind: "drop", reason: "the id belongs to another start" },
  },
  {
    rule: "a command from before the start, which nobody who read the instance gave, answers no wait of it",
    message: { ...mine, startId: "guessed" },
    head: waits,
    expected: { kind: "drop", reason: "the id belongs to another start" },
  },
  {
    rule: "A7.1: the applied command is the wake of the token it issued",
    message: mine,
    head: answered,
    expected: { kind: "run", head: answered, stored: true },
  },
  {
    rule: "A7.2: another command that lost to it runs nothing",
    message: commandOf("continue", "other"),
    head: answered,
    expected: { kind: "drop", reason: "somebody else answered first" },
  },
  {
    rule: "A7.2: a command that lost to the timeout runs nothing",
    message: mine,
    head: timedOut,
    expected: { kind: "drop", reason: "somebody else answered first" },
  },
  {
    rule: "A7.2: a command that was applied some commands ago is older than the newest message, not a lost one",
    message: mine,
    head: {
      ...answered,
      seq: 8,
      token: 8,
      previousToken: 7,
      appliedCommands: [
        { token: 6, id: "mine" },
        { token: 8, id: "b" },
      ],
    },
    expected: { kind: "drop", reason: "a later message has been issued since" },
  },
  {
    rule: "A7.3: the wake of a wait that a command answered does not repeat the command's duties",
    message: wake(5),
    head: answered,
    at: { receiveCount: 2, now: START + 60_000 },
    expected: { kind: "drop", reason: "a command's message insures it" },
  },
  {
    rule: "A7.3: the wake of a wait that timed out repeats the duties of the timeout",
    message: wake(5),
    head: timedOut,
    at: { receiveCount: 2, now: START + 60_000 },
    expected: { kind: "repair" },
  },
  {
    rule: "R2: an applied command whose step has committed is a predecessor like any other",
    message: mine,
    head: { ...answered, seq: 7, token: 7, previousToken: 6 },
    expected: { kind: "keep", seconds: 60 },
  },
  {
    rule: "R3: two tokens later it is deleted",
    message: mine,
    head: { ...answered, seq: 8, token: 8, previousToken: 7 },
    expected: { kind: "drop", reason: "a later message has been issued since" },
  },
  {
    rule: "A4: the applied command of an instance that was cancelled since is dropped",
    message: mine,
    head: { ...answered, status: "cancelled" },
    expected: { kind: "drop", reason: "the instance has ended" },
  },
];

describe("what a received command means for the stored head", () => {
  test.each(rows.map((row) => [row.rule, row] as const))("%s", (_rule, { message, head, at, expected }) => {
    expect(classifyMessage(message, head, context(at))).toMatchObject(expected);
  });
});

const needs = { continue: "waiting", retry: "failed", resume: "blocked" } as const;
const statuses: readonly HeadStatus[] = [
  "runnable",
  "waiting",
  "timer",
  "joining",
  "blocked",
  "completed",
  "failed",
  "cancelled",
];
const pairs = (["continue", "retry", "resume"] as const).flatMap((command) =>
  statuses.map((status) => [command, status, status === needs[command] ? "apply" : "drop"] as const),
);

test.each(pairs)("%s given for a head that is %s now: %s", (command, status, expected) => {
  expect(classifyMessage(commandOf(command), { ...waits, status }, context()).kind).toBe(expected);
});
