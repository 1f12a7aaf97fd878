import { beforeEach, describe, expect, test } from "vitest";
import { memoryTasks } from "./task-app.ts";

let { refusal, run } = memoryTasks();
beforeEach(async () => {
  ({ refusal, run } = memoryTasks());
  await run((data) =>
    data.insertMany("t", [
      { _id: "a", n: 1, tag: "red" },
      { _id: "b", n: 2, tag: "blue" },
      { _id: "c", n: 3, tag: "redish" },
    ]),
  );
});

describe("a range of an index", () => {
  const found = async (...args: readonly [query: Record<string, unknown>, options?: object]) =>
    (await run((data) => data.getMany("t", ...args).toArray())).map(({ _id }) => _id);

  test("narrows the query, both ends included, in the order of its field", async () => {
    expect(await found({}, { useIndex: "n", startIndex: 2, endIndex: 3 })).toEqual(["b", "c"]);
    expect(await found({}, { useIndex: "n", startIndex: 2, reverse: true })).toEqual(["c", "b"]);
    expect(await found({ n: { $ne: 1 } }, { useIndex: "n", endIndex: 2 })).toEqual(["b"]);
    expect(await found({ tag: "redish" }, { useIndex: "n", endIndex: 2 })).toEqual([]);
    expect(await found({}, { useIndex: "n", startIndex: 1, endIndex: 3, limit: 1, sort: { n: -1 } })).toEqual(["c"]);
  });

  test("may stand in the place of the query, as older apps write it", async () => {
    expect(await found({ useIndex: "n", startIndex: 2, endIndex: 2 })).toEqual(["b"]);
    expect(await found({ useIndex: "n", startIndex: 2, filter: { tag: "blue" } })).toEqual(["b"]);
    expect(await found({ useIndex: "n" })).toEqual([]);
  });

  test("is no way around the rules of queries", async () => {
    expect(await refusal((data) => data.getArray("t", {}, { useIndex: "$where", startIndex: "1" }))).toBe(
      "400 unknown-operator",
    );
    expect(await refusal((data) => data.getArray("t", {}, { useIndex: "__proto__", startIndex: 1 }))).toBe(
      "400 invalid-path",
    );
  });
});
