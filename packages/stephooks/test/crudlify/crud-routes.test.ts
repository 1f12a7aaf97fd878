import { expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { crudlify } from "../../src/index.ts";
import { appWorld, refusalOf } from "../support/app-world.ts";
import { crudWorld, notesWorld, urlEvent } from "./crud-world.ts";

test("a document's life: inserted, read, listed, changed, replaced, removed", async () => {
  const { ask } = await crudWorld();
  const inserted = await ask("POST", "/notes", { _id: "a", text: "first", tags: ["x"] });
  expect(inserted).toMatchObject({ status: 201, body: { _id: "a", text: "first", tags: ["x"] } });
  expect(await ask("POST", "/notes", { text: "second" })).toMatchObject({ status: 201, body: { text: "second" } });
  expect(await ask("GET", "/notes/a")).toMatchObject({ status: 200, body: { _id: "a", text: "first" } });
  expect((await ask("GET", "/notes")).body).toHaveLength(2);
  const changed = await ask("PATCH", "/notes/a", { $push: { tags: "y" }, $set: { "at.x": 1 } });
  expect(changed).toMatchObject({ status: 200, body: { tags: ["x", "y"], at: { x: 1 } } });
  expect((await ask("PATCH", "/notes/a", { text: "merged" })).body).toMatchObject({ text: "merged", at: { x: 1 } });
  const replaced = await ask("PUT", "/notes/a", { _id: "other", text: "new" });
  expect(replaced.body).toEqual({ _id: "a", text: "new" });
  expect(await ask("DELETE", "/notes/a")).toMatchObject({ status: 200, body: { _id: "a" } });
  for (const [method, body] of [["GET"], ["PUT", { x: 1 }], ["PATCH", { x: 1 }], ["DELETE"]] as const) {
    expect(refusalOf(await ask(method, "/notes/a", body))).toBe("404 not-found");
  }
});

test("a list is filtered, sorted, cut and projected by its URL", async () => {
  const { ask } = await notesWorld(
    ...[1, 2, 3, 4, 5].map((n) => ({ _id: `d${n}`, n, odd: n % 2 === 1, at: `2026-01-0${n}T10:00:00Z` })),
  );
  const numbers = async (search: string) => {
    const { body } = await ask("GET", `/notes?${search}`);
    return (body as { n: number }[]).map(({ n }) => n);
  };
  expect(await numbers("odd=true&sort=-n")).toEqual([5, 3, 1]);
  expect(await numbers("n=>1&n=<=4&sort=-n&limit=2&offset=1")).toEqual([3, 2]);
  expect(await numbers(`q=${encodeURIComponent('{"$or":[{"n":1},{"n":{"$gt":4}}]}')}&sort=n`)).toEqual([1, 5]);
  expect(await numbers(`q={}&offset=3&sort=n`)).toEqual([4, 5]);
  expect(await numbers("at>2026-01-03&sort=n")).toEqual([3, 4, 5]);
  expect(await numbers("_id:startsWith=d2")).toEqual([2]);
  expect(await numbers("_id=d1,d9")).toEqual([1]);
  expect((await ask("GET", "/notes?n=1&fields=odd")).body).toEqual([{ _id: "d1", odd: true }]);
  expect((await ask("GET", "/notes?n=1&omit=at,odd")).body).toEqual([{ _id: "d1", n: 1 }]);
  expect((await ask("GET", `/notes?h={"count":true}&odd=true`)).body).toEqual([{ count: 3 }]);
  expect(await numbers("none=1")).toEqual([]);
});

test("a list leaves as a stream where the host streams", async () => {
  const { stream } = await notesWorld({ _id: "a" }, { _id: "b" });
  expect(await stream(urlEvent("GET", "/notes"))).toMatchObject({
    status: 200,
    body: [{ _id: "a" }, { _id: "b" }],
  });
  expect(await stream(urlEvent("GET", "/notes?n:where=1"))).toMatchObject({
    status: 400,
    body: { error: { code: "unknown-operator" } },
  });
});

test("by query, all that match are changed or removed", async () => {
  const { ask } = await notesWorld({ _id: "a", n: 1 }, { _id: "b", n: 2 }, { _id: "c", n: 3 });
  expect(await ask("PATCH", "/notes/_byquery?n=>1", { $inc: { n: 10 } })).toMatchObject({
    status: 200,
    body: { count: 2 },
  });
  expect((await ask("DELETE", "/notes/_byquery?n=12,13")).body).toEqual({ count: 2 });
  expect((await ask("GET", "/notes")).body).toEqual([{ _id: "a", n: 1 }]);
  expect((await ask("DELETE", "/notes/_byquery?_id")).body).toEqual({ count: 1 });
});

test("the first route that was registered answers, be it the app's own or one of crudlify", async () => {
  const app = createApp();
  app.get("/before", (_req, res) => res.end("own"));
  await crudlify(app, { before: null, after: null });
  app.get("/after", (_req, res) => res.end("own"));
  app.get("/after/two/three", (_req, res) => res.end("longer"));
  const { ask } = appWorld(app.init());
  expect((await ask("GET", "/before")).body).toBe("own");
  expect((await ask("GET", "/after")).body).toEqual([]);
  expect((await ask("GET", "/after/two/three")).body).toBe("longer");
});

test("a prefix stands in front of every path; several calls serve side by side", async () => {
  const app = createApp();
  await app.crudlify({ a: null }, { prefix: "/one" });
  await app.crudlify({ b: null }, { prefix: "/two/" });
  const { ask } = appWorld(app.init());
  expect((await ask("POST", "/one/a", { n: 1 })).status).toBe(201);
  expect((await ask("POST", "/two/b", { n: 1 })).status).toBe(201);
  expect((await ask("GET", "/one/b")).status).toBe(404);
  expect((await ask("GET", "/two/a")).status).toBe(404);
  expect((await ask("GET", "/a")).body).toBe("No maching routes in code");
  expect(() => app.crudlify({}, { prefix: "api" })).toThrow(expect.objectContaining({ code: "invalid-path" }));
});

test('the prefix "/" is none, as with codehooks', async () => {
  const { ask } = await crudWorld({ notes: null }, { prefix: "/" });
  expect((await ask("GET", "/notes")).body).toEqual([]);
});

test("a middleware for one path runs before validation, and what it puts into the body counts", async () => {
  const app = createApp();
  app.use("/notes", (req, _res, next) => {
    req.body.sum = 3;
    next();
  });
  await app.crudlify({ notes: { properties: { sum: { type: "number" } }, required: ["sum"] } });
  const { ask } = appWorld(app.init());
  expect(await ask("POST", "/notes", { a: 1 })).toMatchObject({ status: 201, body: { a: 1, sum: 3 } });
});
