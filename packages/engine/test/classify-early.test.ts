import type { InstanceHead } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { classifyMessage, type TokenMessage } from "../src/classify-message.ts";
import type { Decision } from "../src/decision.ts";
import { context, headWith, START } from "./support/bench.ts";

const wake = (token: number): TokenMessage => ({ kind: "wake", instance: "order-1", token, dutiesDone: true });

interface Row {
  readonly rule: string;
  readonly message: TokenMessage;
  readonly head: InstanceHead;
  readonly expected: Partial<Decision>;
}

/** At seq 5: message 5 is current. */
const at5 = headWith({ seq: 5, token: 5, previousToken: 3, updatedAt: START });

const rows: readonly Row[] = [
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
  ...(["waiting", "timer"] as const).flatMap((status) => [
    {
      rule: `A16: a ${status} head that the sweeper has still to wake needs no copy that circulates until then`,
      message: wake(5),
      head: { ...at5, status, dueAt: START + 900_001, indexedAt: START + 900_001 },
      expected: { kind: "drop" as const },
    },
    {
      rule: `A9: a ${status} head that the sweeper may have read keeps what wakes it`,
      message: wake(5),
      head: { ...at5, status, dueAt: START + 900_000, indexedAt: START + 900_000 },
      expected: { kind: "replace" as const },
    },
    {
      rule: `A9: so does a ${status} head whose entry in the index is of a later time`,
      message: wake(5),
      head: { ...at5, status, dueAt: START + 600_000, indexedAt: START + 3_600_000 },
      expected: { kind: "replace" as const },
    },
  ]),
];

describe("what a message that comes too early means", () => {
  test.each(rows.map((row) => [row.rule, row] as const))("%s", (_rule, { expected, head, message }) => {
    expect(classifyMessage(message, head, context())).toMatchObject(expected);
  });
});
