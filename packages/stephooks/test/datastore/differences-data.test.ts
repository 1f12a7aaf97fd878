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
  "update-forms": answers(
    async (data) => {
      await data.updateOne("t", "b", { items: [{ n: 1, more: true }, { n: 2 }], p: 1, q: 1, r: 1, s: 1 });
      for (const $unset of [{ p: "" }, ["q"], "r"]) await data.updateOne("t", "b", { $unset });
      const { items, ...rest } = await data.updateOne("t", "b", { $pull: { items: { n: 1 } } });
      return [items, ["p", "q", "r", "s"].filter((name) => name in rest)];
    },
    [[{ n: 2 }], ["s"]],
  ),
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

/** The same with `compat: "strict"`, for the rows it restores. */
const strictFacts: Readonly<Record<string, Fact>> = {
  "dotted-updates-are-paths": answers(
    async (data) => {
      await data.updateOne("t", "a", { $set: { "x.y": 1, z: 2 }, $inc: { "x.y": 1 }, $unset: { "no.such": "" } });
      await data.updateOne("t", "a", { $inc: { "x.y": 1 } });
      await data.updateOne("t", "new", { $set: { "p.q": { "r.s": 1 } } }, { upsert: true });
      await data.updateOne("t", "new", { $unset: ["p.q"] });
      await data.updateOne("t", "new", { $push: { "u.v": 1 } });
      return data.getArray("t", { _id: { $in: ["a", "new"] } });
    },
    [
      { _id: "a", n: 0, list: [1, 2], "x.y": 3, z: 2 },
      { _id: "new", u: { v: [1] } },
    ],
  ),
  "values-keep-json": answers(
    async (data) => {
      await data.set("object", { a: 1 });
      await data.set("list", [1, 2]);
      await data.set("number", 5);
      await data.setObj("json", { a: 1 });
      return Promise.all(["object", "list", "number", "json"].map((key) => data.get(key)));
    },
    ["[object Object]", "1,2", 5, { a: 1 }],
  ),
};

async function tasksWithDocuments(strict: boolean): Promise<TaskRunner> {
  const runner = memoryTasks({ strict });
  await runner.run((data) =>
    data.insertMany("t", [
      { _id: "a", n: 0, list: [1, 2] },
      { _id: "b", n: 4 },
    ]),
  );
  return runner;
}

test.each(dataDifferences)("$id: $stephooks", async ({ id }) => {
  await facts[id]?.(await tasksWithDocuments(false));
});

test.each(dataDifferences.filter(({ strict }) => strict === "restored"))(
  "$id with strict: $codehooks",
  async ({ id }) => {
    await strictFacts[id]?.(await tasksWithDocuments(true));
  },
);

test("every row has a fact, and every restored one a second", () => {
  expect(dataDifferences.map(({ id }) => id).toSorted()).toEqual(Object.keys(facts).toSorted());
  const restored = dataDifferences.filter(({ strict }) => strict === "restored").map(({ id }) => id);
  expect(restored.toSorted()).toEqual(Object.keys(strictFacts).toSorted());
});

test("a literal name that names a prototype is refused with strict, too", async () => {
  const { run } = await tasksWithDocuments(true);
  for (const name of ["__proto__.x", "__proto__", "a.__proto__.x"]) {
    const update = run((data) => data.updateOne("t", "a", { $set: JSON.parse(`{"${name}":1}`) }));
    await expect(update).rejects.toMatchObject({ code: "invalid-path" });
    expect(({} as { x?: unknown }).x).toBeUndefined();
  }
});
