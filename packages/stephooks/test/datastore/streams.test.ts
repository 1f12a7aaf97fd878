import { beforeEach, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { aggregation, Datastore } from "../../src/index.ts";
import { appWorld, coded } from "../support/app-world.ts";
import { memoryTasks } from "./task-app.ts";

let { run } = memoryTasks();
beforeEach(async () => {
  ({ run } = memoryTasks());
  await run((data) =>
    data.insertMany(
      "t",
      [1, 2, 3, 4].map((n) => ({ _id: `d${n}`, n })),
    ),
  );
});

/** An app that answers with streams, unawaited. */
function streaming() {
  const app = createApp();
  app.post("/seed", async (_req, res) => {
    await Datastore.open().insertMany(
      "t",
      [1, 2, 3].map((n) => ({ _id: `d${n}`, n })),
    );
    res.end();
  });
  app.get(
    "/json",
    async (_req, res) =>
      void Datastore.open()
        .getMany("t", { n: { $lt: 3 } })
        .json(res),
  );
  app.get("/res", (_req, res) => void res.json(Datastore.open().getMany("t", { n: 3 })));
  app.get("/pipe", (_req, res) => void Datastore.open().getMany("t", { n: 9 }).pipe(res));
  app.get("/events", (_req, res) => {
    let sum = 0;
    Datastore.open()
      .find("t")
      .on("data", ({ n }) => (sum += Number(n)))
      .on("end", () => res.json({ sum }));
  });
  app.get("/wrong", (_req, res) => void Datastore.open().getMany("t", { $where: "1" }).json(res));
  return appWorld(app.init());
}

test("a stream answers a request, also when nobody awaits it", async () => {
  const world = streaming();
  await world.ask("POST", "/seed");
  expect((await world.ask("GET", "/json")).body).toEqual([
    { _id: "d1", n: 1 },
    { _id: "d2", n: 2 },
  ]);
  expect((await world.ask("GET", "/json")).result["headers"]).toMatchObject({ "content-type": "application/json" });
  expect((await world.ask("GET", "/res")).body).toEqual([{ _id: "d3", n: 3 }]);
  expect((await world.ask("GET", "/pipe")).body).toEqual([]);
  expect((await world.ask("GET", "/events")).body).toEqual({ sum: 6 });
  expect(await world.ask("GET", "/wrong")).toMatchObject({
    status: 400,
    body: { error: { code: "unknown-operator" } },
  });
});

test("forEach calls for one document after another", async () => {
  const seen: string[] = [];
  await run((data) =>
    data.find("t").forEach(async ({ _id }) => {
      seen.push(`begin ${String(_id)}`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`end ${String(_id)}`);
    }),
  );
  expect(seen).toEqual(["d1", "d2", "d3", "d4"].flatMap((id) => [`begin ${id}`, `end ${id}`]));
});

test("a listener for error hears of it, and an end without one", async () => {
  const heard = await run(
    (data) =>
      new Promise((resolve) => {
        data
          .find("t", { $nope: 1 })
          .on("data", () => resolve("data"))
          .on("error", resolve);
      }),
  );
  expect(heard).toEqual(coded("unknown-operator"));
});

test("a stream can be paused, resumed and ended", async () => {
  const seen: unknown[] = [];
  await run(
    (data) =>
      new Promise<void>((resolve) => {
        const stream = data.find("t");
        stream
          .on("data", ({ n }) => {
            seen.push(n);
            if (n === 1) {
              stream.pause();
              setImmediate(() => stream.resume());
            }
            if (n === 3) stream.end();
          })
          .on("end", resolve);
      }),
  );
  expect(seen).toEqual([1, 2, 3]);
});

test("for await leaves early without reading on", async () => {
  const seen: unknown[] = [];
  await run(async (data) => {
    for await (const { n } of data.find("t", {}, { sort: { n: -1 } })) {
      seen.push(n);
      if (seen.length === 2) break;
    }
  });
  expect(seen).toEqual([4, 3]);
});

test("aggregation counts, adds up and groups", async () => {
  const rows = [{ a: 4, g: "x", t: true }, { a: "3", g: "y" }, { g: "x", a: 0, n: 7 }, { g: "__proto__" }];
  await run((data) => data.insertMany("rows", rows));
  const of = (spec: object) => run((data) => aggregation(data.getMany("rows"), spec));
  expect(await of({})).toEqual({ count: 4 });
  expect(await of({ $sum: ["a", "n"], $avg: { $field: "a", $label: "mean" }, $min: "a", $max: "a" })).toEqual({
    count: 4,
    a: { sum: 7, min: 0, max: 4 },
    n: { sum: 7 },
    mean: { avg: 7 / 3, sum_total: 7 },
  });
  const grouped = await of({ $group: { $field: "g", $label: "by", $sum: "a", $group: { $field: "t" } } });
  expect(JSON.parse(JSON.stringify(grouped))).toEqual(
    JSON.parse(`{"count":4,"by":{
      "x":{"count":2,"a":{"sum":4},"t":{"(true)":{"count":1},"**MISSING KEY [t]":{"count":1}}},
      "y":{"count":1,"a":{"sum":3},"t":{"**MISSING KEY [t]":{"count":1}}},
      "__proto__":{"count":1,"t":{"**MISSING KEY [t]":{"count":1}}}}}`),
  );
  await expect(of({ $median: "a" })).rejects.toEqual(coded("invalid-argument"));
});
