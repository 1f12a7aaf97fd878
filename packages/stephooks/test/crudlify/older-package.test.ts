import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as yup from "yup";
import { createApp } from "../../src/app.ts";
import { Datastore } from "../../src/index.ts";
import { answerOf, appWorld } from "../support/app-world.ts";
import { urlEvent } from "./crud-world.ts";

// The package that was there before crudlify was a part of codehooks-js; it calls the datastore in older forms.

beforeAll(() => {
  // A bundle of such an app has it: packages/cli/src/preamble.ts.
  vi.stubGlobal("DB", Datastore);
  for (const level of ["debug", "log", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterAll(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("codehooks-crudlify works on this datastore", async () => {
  // It keeps the console it finds when it is loaded.
  const { default: crudlify } = await import("codehooks-crudlify");
  const app = createApp();
  await crudlify(app, {
    notes: yup.object({ name: yup.string().required(), n: yup.number().required() }),
  });
  const world = appWorld(app.init());
  const ask = async (method: string, url: string, body?: unknown) =>
    answerOf(await world.handle(urlEvent(method, url, body)));
  for (const n of [1, 2, 3, 4]) {
    expect((await ask("POST", "/notes", { _id: `d${n}`, name: `note ${n}`, n })).status).toBe(201);
  }
  expect((await ask("POST", "/notes", { name: "none" })).status).toBe(400);
  expect((await ask("GET", "/others")).status).toBe(404);
  expect((await ask("GET", "/notes?n=>1&sort=-n&limit=2&fields=n")).body).toEqual([
    { _id: "d4", n: 4 },
    { _id: "d3", n: 3 },
  ]);
  expect((await ask("GET", `/notes?q=${encodeURIComponent('{"n":{"$lt":3}}')}`)).body).toHaveLength(2);
  expect((await ask("PUT", "/notes/d1", { name: "new", n: 10 })).body).toEqual({ _id: "d1", name: "new", n: 10 });
  expect((await ask("PATCH", "/notes/d1", { n: 11 })).body).toMatchObject({ name: "new", n: 11 });
  expect((await ask("PATCH", "/notes/_byquery?n=<3", { small: true })).body).toEqual({ count: 1 });
  expect((await ask("DELETE", "/notes/_byquery?n=3,4")).body).toEqual({ count: 2 });
  expect((await ask("DELETE", "/notes/d1")).body).toMatchObject({ _id: "d1" });
  expect((await ask("GET", "/notes")).body).toEqual([{ _id: "d2", name: "note 2", n: 2, small: true }]);
  expect((await ask("GET", "/notes/d1")).status).toBe(404);
});
