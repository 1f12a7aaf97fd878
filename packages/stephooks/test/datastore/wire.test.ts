import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmulatedTasks, emulatedTasks } from "./emulated-tasks.ts";
import { logRequests, type SentRequest } from "./request-log.ts";
import type { Task, TaskRunner } from "./task-app.ts";

/** Items of one page: what a listing asks for after the first. */
const PAGE = 250;
const DOCUMENTS = 10_000;

let stack: EmulatedTasks;
let runner: TaskRunner;
let requests: SentRequest[];

beforeAll(async () => {
  stack = await emulatedTasks();
  const process = stack.process();
  runner = process;
  requests = logRequests(process.clients);
  await runner.run(async (data) => {
    await data.createIndex("people", ["city", "age"]);
    for (let start = 0; start < DOCUMENTS; start += 100) {
      const some = Array.from({ length: 100 }, (_, index) => personAt(start + index));
      await Promise.all(some.map((person) => data.insertOne("people", person)));
    }
  });
}, 300_000);
afterAll(() => stack.dispose());

function personAt(index: number) {
  return { _id: `p-${String(index).padStart(5, "0")}`, city: `city ${index % 100}`, age: index % 80, index };
}

/** What a task sent, and how many items were read for it. */
async function watched<Result>(task: Task<Result>): Promise<{ result: Result; sent: SentRequest[]; items: number }> {
  requests.length = 0;
  const result = await runner.run(task);
  const sent = [...requests];
  return { result, sent, items: sent.reduce((sum, { itemsRead }) => sum + itemsRead, 0) };
}

const operations = (sent: readonly SentRequest[]): readonly string[] => sent.map(({ operation }) => operation);

describe("one document among 10,000", () => {
  test("by _id is one GetItem", async () => {
    const { result, sent } = await watched((data) => data.getOne("people", "p-04711"));
    expect(result).toEqual(personAt(4711));
    expect(operations(sent)).toEqual(["GetItem"]);
  });

  test("by a query that names its _id, too", async () => {
    const { sent } = await watched((data) => data.findOneOrNull("people", { _id: "p-00001", age: { $gt: 90 } }));
    expect(operations(sent)).toEqual(["GetItem"]);
  });

  test("several by $in are one BatchGetItem", async () => {
    const { items, result, sent } = await watched((data) =>
      data.getArray("people", { _id: { $in: ["p-00001", "p-00002", "none"] } }),
    );
    expect(result).toHaveLength(2);
    expect(operations(sent)).toEqual(["BatchGetItem"]);
    expect(items).toBe(2);
  });

  test("an update by _id is a read and a write", async () => {
    const { sent } = await watched((data) => data.updateOne("people", "p-00003", { $set: { seen: true } }));
    expect(operations(sent).filter((name) => name !== "GetItem")).toEqual(["PutItem"]);
    expect(operations(sent).filter((name) => name === "GetItem").length).toBeLessThanOrEqual(2);
  });
});

describe("declared fields", () => {
  test("equality reads the matches and no more than a page beside them", async () => {
    const { items, result } = await watched((data) => data.getArray("people", { city: "city 42" }));
    expect(result).toHaveLength(100);
    expect(items).toBeLessThanOrEqual(result.length + PAGE);
    // Beside the matches only the definition of the collection.
    expect(items).toBeLessThanOrEqual(result.length + 2);
  });

  test("equality with a further condition reads what is equal", async () => {
    const { items, result } = await watched((data) =>
      data.getArray("people", { city: "city 42", index: { $lt: 1_000 } }),
    );
    expect(result).toHaveLength(10);
    expect(items).toBeLessThanOrEqual(102);
  });

  test("a range reads the range", async () => {
    const { items, result } = await watched((data) => data.getArray("people", { age: { $gte: 78 } }));
    expect(result).toHaveLength(250);
    expect(items).toBeLessThanOrEqual(252);
  });

  test("a value that nobody has reads nothing", async () => {
    const { items, result } = await watched((data) => data.getArray("people", { city: "nowhere" }));
    expect(result).toEqual([]);
    expect(items).toBeLessThanOrEqual(2);
  });
});

describe("ids in order", () => {
  test("a range of ids reads the range", async () => {
    const { items, result } = await watched((data) =>
      data.getArray("people", { _id: { $gte: "p-00100", $lt: "p-00200" } }),
    );
    expect(result.map(({ _id }) => _id)).toEqual(Array.from({ length: 100 }, (_, index) => personAt(100 + index)._id));
    expect(items).toBeLessThanOrEqual(103);
  });

  test("the last ten by _id read a few of every partition", async () => {
    const { items, result } = await watched((data) => data.getArray("people", {}, { sort: { _id: -1 }, limit: 10 }));
    expect(result.map(({ index }) => index)).toEqual(Array.from({ length: 10 }, (_, index) => DOCUMENTS - 1 - index));
    expect(items).toBeLessThanOrEqual(PAGE);
  });

  test("a field that is not declared reads everything, and explain says so", async () => {
    const { items, result } = await watched((data) => data.count("people", { index: 5 }));
    expect(result).toEqual({ count: 1 });
    expect(items).toBeGreaterThanOrEqual(DOCUMENTS);
    expect(await runner.run((data) => data.explain("people", { index: 5 }, { sort: { index: 1 } }))).toEqual({
      plan: "scan",
      scans: true,
      sort: "in memory",
    });
    expect(await runner.run((data) => data.explain("people", { city: "city 1" }))).toEqual({
      plan: "field",
      field: "city",
      scans: false,
      sort: "none",
    });
  });
});

test("generated ids keep a small collection in one partition and spread a large one", async () => {
  const { sent } = await watched((data) => data.getArray("small"));
  expect(operations(sent)).toEqual(["GetItem"]);
  await runner.run(async (data) => {
    for (let count = 0; count < 30; count++) await data.insertOne("small", { count });
  });
  const small = await watched((data) => data.getArray("small"));
  expect(small.result.map(({ count }) => count)).toEqual(Array.from({ length: 30 }, (_, index) => index));
  expect(operations(small.sent).filter((name) => name === "Query")).toHaveLength(1);
  await runner.run(async (data) => {
    for (let start = 0; start < 6_000; start += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, index) => data.insertOne("small", { count: start + index })));
    }
  });
  const large = await watched((data) => data.count("small"));
  expect(large.result).toEqual({ count: 6_030 });
  const pages = large.sent.filter(({ operation }) => operation === "Query").length;
  expect(pages).toBeGreaterThan(6_030 / PAGE);
  const first = await watched((data) => data.getArray("small", {}, { limit: 1 }));
  const partitions = operations(first.sent).filter((name) => name === "Query").length;
  expect(partitions).toBeGreaterThanOrEqual(3);
  expect(partitions).toBeLessThanOrEqual(16);
}, 120_000);
