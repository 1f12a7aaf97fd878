import { expect, test } from "vitest";
import { dataDifferences } from "../../src/compat/differences-data.ts";
import { createApp } from "../../src/app.ts";
import { aggregation, type Connection, Datastore } from "../../src/index.ts";
import { appWorld, refusalOf } from "../support/app-world.ts";
import { memoryTasks, type TaskRunner } from "./task-app.ts";

/** Shows that a difference is as its row says, on a store with two documents. */
type Fact = (runner: TaskRunner) => Promise<void>;

const refused =
  (answer: string, act: (data: Connection) => Promise<unknown>): Fact =>
  async ({ refusal, run }) => {
    expect(await refusal(act)).toBe(answer);
    expect(await run((data) => data.count("t"))).toEqual({ count: 2 });
  };

const answers =
  (act: (data: Connection) => Promise<unknown>, expected: unknown): Fact =>
  async ({ run }) =>
    expect(await run(act)).toEqual(expected);

const facts: Readonly<Record<string, Fact>> = {
  "one-space": refused("500 other-space", () => Datastore.open("another").count("t")),
  "ids-are-texts": refused("400 invalid-id", (data) => data.insertOne("t", { _id: 5 })),
  "selector-needed": refused("400 invalid-argument", (data) => data.removeMany("t", undefined as never)),
  "reserved-names": refused("400 reserved-name", (data) => data.count("_stephooks")),
  "undefined-matches-missing": answers((data) => data.count("t", { n: undefined }), { count: 0 }),
  "query-allow-list": refused("400 unknown-operator", (data) => data.removeMany("t", { $where: "1" })),
  "linear-patterns": refused("400 unsafe-regex", (data) => data.count("t", { n: /(a)\1/ })),
  "dotted-updates-are-paths": answers((data) => data.updateOne("t", "a", { $set: { "x.y": 1 } }), {
    _id: "a",
    n: 0,
    list: [1, 2],
    x: { y: 1 },
  }),
  "merge-replaces-arrays": answers(async (data) => (await data.updateOne("t", "a", { list: [9] }))["list"], [9]),
  "empty-set": answers(async (data) => (await data.updateOne("t", "b", { $set: {} }))["n"], 4),
  "id-cannot-change": refused("400 invalid-update", (data) => data.updateOne("t", "a", { _id: "z" })),
  "projection-keeps-id": answers(
    (data) => data.getArray("t", { n: 4 }, { hints: { $fields: { n: 1 } } }),
    [{ _id: "b", n: 4 }],
  ),
  "limits-are-checked": refused("400 invalid-argument", (data) => data.getArray("t", {}, { limit: -1 })),
  "index-without-hint": async ({ run }) => {
    await run((data) => data.createIndex("t", "n"));
    const explained = await run((data) => data.explain("t", { n: 4 }, { useIndex: "other" }));
    expect(explained).toMatchObject({ plan: "field", field: "n" });
  },
  "workflow-documents-read-only": async () => {
    const app = createApp();
    app.createWorkflow("w", "", { begin: async (_state: object, goto) => goto(null) });
    app.post("/", async (_req, res) => void res.json(await Datastore.open().removeMany("workflowdata", {})));
    expect(refusalOf(await appWorld(app.init()).ask("POST", "/"))).toBe("409 workflow-document");
  },
  "aggregation-counts-zero": answers((data) => aggregation(data.find("t"), { $avg: "n", $min: "n" }), {
    count: 2,
    n: { avg: 2, sum_total: 4, min: 0 },
  }),
  "values-keep-json": answers(async (data) => (await data.set("k", { a: 1 }), data.get("k")), { a: 1 }),
  "counting-is-checked": refused("400 not-a-number", async (data) => {
    await data.set("k", "text");
    return data.incr("k", 1);
  }),
  "prefix-is-literal": refused("400 invalid-argument", (data) => data.delAll(undefined as never)),
};

test.each(dataDifferences)("$id: $stephooks", async ({ id }) => {
  const runner = memoryTasks();
  await runner.run((data) =>
    data.insertMany("t", [
      { _id: "a", n: 0, list: [1, 2] },
      { _id: "b", n: 4 },
    ]),
  );
  await facts[id]?.(runner);
});

test("every row has a fact, and every fact a row", () => {
  expect(dataDifferences.map(({ id }) => id).toSorted()).toEqual(Object.keys(facts).toSorted());
});
