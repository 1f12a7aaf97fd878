import { expect, test } from "vitest";
import * as yup from "yup";
import { z } from "zod";
import { crudDifferences } from "../../src/compat/differences-crud.ts";
import { type Answer, refusalOf } from "../support/app-world.ts";
import { crudWorld, notesWorld } from "./crud-world.ts";

const named = z.object({ name: z.string() });

/** An answer that is a refusal, and leaves the two documents there. */
const refused = (answer: string, method: string, url: string, body?: unknown) => async () => {
  const { ask } = await twoNotes();
  expect(refusalOf(await ask(method, url, body))).toBe(answer);
  expect((await ask("GET", "/notes")).body).toHaveLength(2);
};

const twoNotes = () => notesWorld({ _id: "a", n: 9_007_199_254_740_992 }, { _id: "b", n: 1 });

const issues = (answer: Answer): unknown => (answer.body as { error: { issues: unknown } }).error.issues;

/** What is so here, by the id of the difference. */
const facts: Readonly<Record<string, () => Promise<void>>> = {
  "crud-declared-only": async () => {
    const { ask } = await crudWorld({ notes: null });
    expect((await ask("GET", "/constructor")).status).toBe(404);
  },
  "crud-schemas-by-shape": async () => {
    const { ask } = await crudWorld({ a: named, b: { type: "object", required: ["name"] } });
    for (const name of ["a", "b"]) expect(refusalOf(await ask("POST", `/${name}`, {}))).toBe("400 schema-mismatch");
    await expect(crudWorld({ a: undefined })).rejects.toMatchObject({ code: "invalid-schema" });
  },
  "crud-json-schema-formats": async () => {
    const { ask } = await crudWorld({ a: { properties: { mail: { type: "string", format: "email" } } } });
    expect(refusalOf(await ask("POST", "/a", { mail: "none" }))).toBe("400 schema-mismatch");
  },
  "crud-mismatch": async () => {
    const { ask } = await crudWorld({ a: named });
    const answer = await ask("POST", "/a", {});
    expect(refusalOf(answer)).toBe("400 schema-mismatch");
    expect(issues(answer)).toMatchObject([{ path: "name", message: expect.any(String) }]);
    expect(refusalOf(await ask("GET", "/a/none"))).toBe("404 not-found");
  },
  "crud-put-stores-the-result": async () => {
    const { ask } = await crudWorld({ a: named });
    const { _id } = (await ask("POST", "/a", { name: "x" })).body as { _id: string };
    expect((await ask("PUT", `/a/${_id}`, { name: "y", more: 1 })).body).toEqual({ _id, name: "y" });
    expect(refusalOf(await ask("PUT", `/a/${_id}`, { name: "y", $set: {} }))).toBe("400 invalid-document");
  },
  "crud-put-not-found": async () => {
    const { ask } = await crudWorld({ a: named });
    expect(refusalOf(await ask("PUT", "/a/none", { name: "x" }))).toBe("404 not-found");
  },
  "crud-patch-is-validated": async () => {
    const { ask } = await crudWorld({ a: named });
    const { _id } = (await ask("POST", "/a", { name: "x" })).body as { _id: string };
    expect(refusalOf(await ask("PATCH", `/a/${_id}`, { name: 5 }))).toBe("400 schema-mismatch");
  },
  "crud-query-required": async () => {
    await refused("400 query-required", "DELETE", "/notes/_byquery")();
    await refused("400 invalid-argument", "DELETE", "/notes/_byquery?n=1&limit=1")();
    const { ask } = await twoNotes();
    expect((await ask("DELETE", "/notes/_byquery?_id")).body).toEqual({ count: 2 });
  },
  "crud-q-narrows": async () => {
    const { ask } = await twoNotes();
    expect((await ask("GET", '/notes?_id=b&q={"n":{"$gt":0}}')).body).toEqual([{ _id: "b", n: 1 }]);
    expect((await ask("GET", '/notes?q={"n":{"$gt":0}}&offset=1')).body).toHaveLength(1);
  },
  "crud-operators-checked": async () => {
    await refused("400 unknown-operator", "GET", "/notes?n:where=1")();
    await refused("400 invalid-argument", "DELETE", "/notes/_byquery?n=1&b=>")();
    await refused("400 invalid-argument", "GET", "/notes?a={}")();
  },
  "crud-large-numbers": async () => {
    const { ask } = await twoNotes();
    expect((await ask("GET", "/notes?n=9007199254740993")).body).toEqual([]);
  },
  "crud-lists": async () => {
    const { ask, hooks } = await crudWorld({ a: named });
    const seen: unknown[] = [];
    hooks.beforePOST("a", ({ name }) => seen.push(name));
    expect(refusalOf(await ask("POST", "/a", [{ name: "x" }, {}]))).toBe("400 schema-mismatch");
    await ask("POST", "/a", [{ name: "y" }, { name: "z" }]);
    expect(seen).toEqual(["y", "z"]);
  },
  "crud-hooks": async () => {
    const { ask, hooks } = await twoNotes();
    const seen: unknown[] = [];
    hooks.afterPATCH("notes", (data) => seen.push(data)).beforeDELETE("notes", (id) => seen.push(id));
    await ask("PATCH", "/notes/b", { $inc: { n: 1 } });
    await ask("DELETE", "/notes/_byquery?n=2");
    expect(seen).toEqual([{ _id: "b", n: 2 }, "b"]);
  },
  "crud-hook-refusals": async () => {
    const { ask, hooks } = await twoNotes();
    hooks.beforePATCH("notes", () => {
      throw "not now";
    });
    const answer = await ask("PATCH", "/notes/b", { n: 2 });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "hook-refused", message: "not now" } } });
    hooks.afterPUT("notes", () => {
      throw new Error("late");
    });
    expect((await ask("PUT", "/notes/b", { n: 3 })).status).toBe(500);
    expect((await ask("GET", "/notes/b")).body).toMatchObject({ n: 3 });
  },
};

/** The same with `compat: "strict"`, for the rows it restores. */
const strictFacts: Readonly<Record<string, () => Promise<void>>> = {
  "crud-mismatch": async () => {
    const schemas = { a: named, b: yup.object({ name: yup.string().required() }), c: { required: ["name"] } };
    const { ask } = await crudWorld(schemas, { strict: true });
    expect(await ask("POST", "/a", {})).toMatchObject({
      status: 400,
      body: [{ code: "invalid_type", path: ["name"] }],
    });
    expect(await ask("POST", "/b", {})).toMatchObject({
      status: 400,
      body: { name: "ValidationError", errors: ["name is a required field"] },
    });
    expect(await ask("POST", "/c", {})).toMatchObject({ status: 400, body: [{ keyword: "required" }] });
    expect(await ask("GET", "/a/none")).toMatchObject({ status: 404, body: expect.stringMatching(/^Not found/) });
  },
};

test.each(crudDifferences)("$id: $stephooks", async ({ id }) => {
  await facts[id]?.();
});

test.each(crudDifferences.filter(({ strict }) => strict === "restored"))(
  "$id with strict: $codehooks",
  async ({ id }) => {
    await strictFacts[id]?.();
  },
);

test("every row has a fact, and every restored one a second", () => {
  expect(crudDifferences.map(({ id }) => id).toSorted()).toEqual(Object.keys(facts).toSorted());
  const restored = crudDifferences.filter(({ strict }) => strict === "restored").map(({ id }) => id);
  expect(restored.toSorted()).toEqual(Object.keys(strictFacts).toSorted());
});
