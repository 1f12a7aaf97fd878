import type { ReceivedMessage } from "@stephooks/core";
import { expect, test } from "vitest";
import { batchFailures } from "../src/batch-failures.ts";

const batch: readonly ReceivedMessage[] = ["a", "b", "c"].map((id) => ({
  id,
  body: "{}",
  receipt: `receipt of ${id}`,
  receiveCount: 1,
}));

const named = (...ids: readonly unknown[]): object => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

const none: readonly string[] = [];
const all = ["a", "b", "c"];

/** AWS documentation, "Handling errors for an SQS event source in Lambda", success and failure conditions. */
test.each([
  { answer: "nothing", result: undefined, failed: none },
  { answer: "null", result: null, failed: none },
  { answer: "an object without the list", result: {}, failed: none },
  { answer: "a null list", result: { batchItemFailures: null }, failed: none },
  { answer: "an empty list", result: named(), failed: none },
  { answer: "one message", result: named("b"), failed: ["b"] },
  { answer: "a message named twice", result: named("b", "b"), failed: ["b"] },
  { answer: "every message", result: named("c", "b", "a"), failed: all },
  { answer: "an unknown message", result: named("z"), failed: all },
  { answer: "a known and an unknown message", result: named("a", "z"), failed: all },
  { answer: "an empty identifier", result: named(""), failed: all },
  { answer: "a null identifier", result: named(null), failed: all },
  { answer: "a number as identifier", result: named(7), failed: all },
  { answer: "a wrong key name", result: { batchItemFailures: [{ messageId: "a" }] }, failed: all },
  { answer: "a list of bare ids", result: { batchItemFailures: ["a"] }, failed: all },
  { answer: "a list that is none", result: { batchItemFailures: "a" }, failed: all },
  { answer: "a string", result: "fine", failed: all },
  { answer: "an array", result: [], failed: all },
])("$answer leaves $failed in the queue", ({ result, failed }) => {
  expect([...batchFailures(result, batch)].toSorted()).toEqual(failed);
});
