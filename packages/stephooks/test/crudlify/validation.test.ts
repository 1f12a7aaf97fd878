import { describe, expect, test } from "vitest";
import * as yup from "yup";
import { z } from "zod";
import { refusalOf } from "../support/app-world.ts";
import { crudWorld } from "./crud-world.ts";

const zodSchema = z.object({
  name: z.string().min(1),
  price: z.number(),
  kind: z.string().default("plain"),
  at: z.object({ zip: z.string() }).optional(),
});
const yupSchema = yup.object({
  name: yup.string().required(),
  price: yup.number().required(),
  kind: yup.string().default("plain"),
  at: yup.object({ zip: yup.string().required() }).default(undefined),
});
const jsonSchema = {
  type: "object",
  properties: {
    name: { type: "string", minLength: 1 },
    price: { type: "number" },
    kind: { type: "string" },
    at: { type: "object", properties: { zip: { type: "string" } }, required: ["zip"] },
  },
  required: ["name", "price"],
};
/** A Standard Schema of no library we know. */
const standardSchema = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value: unknown) => {
      const result = zodSchema.safeParse(value);
      return result.success ? { value: result.data } : { issues: result.error.issues };
    },
  },
};

const kinds: readonly [string, unknown, object][] = [
  ["zod", zodSchema, { kind: "plain" }],
  ["yup", yupSchema, { kind: "plain" }],
  ["json-schema", jsonSchema, {}],
  ["standard", standardSchema, { kind: "plain" }],
];

describe.each(kinds)("%s", (_kind, schema, defaults) => {
  const world = () => crudWorld({ products: schema });
  const good = { name: "Widget", price: 9.5 };

  test("what matches is stored as the schema makes it", async () => {
    const { ask } = await world();
    const inserted = await ask("POST", "/products", good);
    expect(inserted).toMatchObject({ status: 201, body: { ...good, ...defaults, _id: expect.any(String) } });
    const { _id } = inserted.body as { _id: string };
    const replaced = await ask("PUT", `/products/${_id}`, { _id, name: "Gadget", price: 1 });
    expect(replaced).toMatchObject({ status: 200, body: { _id, name: "Gadget", price: 1, ...defaults } });
  });

  test("what does not is refused with where and why, and changes nothing", async () => {
    const { ask } = await world();
    const { _id } = (await ask("POST", "/products", good)).body as { _id: string };
    const before = (await ask("GET", "/products")).body;
    const wrong = { name: "X", price: "many", at: {} };
    for (const answer of [await ask("POST", "/products", wrong), await ask("PUT", `/products/${_id}`, wrong)]) {
      expect(refusalOf(answer)).toBe("400 schema-mismatch");
      expect(answer.body).toMatchObject({
        error: { message: expect.stringContaining("products"), issues: expect.any(Array) },
      });
      expect(JSON.stringify(answer.body)).toMatch(/"path":"(price|at\.zip|at)"/);
    }
    expect((await ask("GET", "/products")).body).toEqual(before);
  });

  test("security 28: what PATCH makes of a document must match, by _id and by query", async () => {
    const { ask } = await world();
    const { _id } = (await ask("POST", "/products", good)).body as { _id: string };
    for (const update of [
      { price: "many" },
      { $set: { price: "many" } },
      { $unset: { name: "" } },
      { $rename: { name: "n" } },
    ]) {
      expect(refusalOf(await ask("PATCH", `/products/${_id}`, update))).toBe("400 schema-mismatch");
      expect(refusalOf(await ask("PATCH", "/products/_byquery?name=Widget", update))).toBe("400 schema-mismatch");
    }
    expect((await ask("PATCH", `/products/${_id}`, { $inc: { price: 1 } })).body).toMatchObject({ price: 10.5 });
    expect((await ask("PATCH", "/products/_byquery?name=Widget", { price: 2 })).body).toEqual({ count: 1 });
    expect((await ask("GET", `/products/${_id}`)).body).toMatchObject({ ...good, price: 2 });
  });

  test("each document of a list is validated before the first is stored", async () => {
    const { ask } = await world();
    expect(refusalOf(await ask("POST", "/products", [good, { name: "X" }]))).toBe("400 schema-mismatch");
    expect((await ask("GET", "/products")).body).toEqual([]);
    expect((await ask("POST", "/products", [good, good])).body).toHaveLength(2);
  });

  test("security 27: an object of operators is no value", async () => {
    const { ask } = await world();
    expect(refusalOf(await ask("POST", "/products", { name: { $ne: null }, price: 1 }))).toBe("400 schema-mismatch");
  });
});

test.each([zodSchema, yupSchema])("all that is wrong is told at once", async (schema) => {
  const { ask } = await crudWorld({ products: schema });
  const { body } = await ask("POST", "/products", { at: { zip: 5 } });
  const { error } = body as { error: { issues: { path: string }[] } };
  expect(error.issues.map(({ path }) => path)).toEqual(expect.arrayContaining(["name", "price"]));
});

test("each collection has its own kind of schema, and null is none", async () => {
  const { ask } = await crudWorld({ a: zodSchema, b: yupSchema, c: jsonSchema, d: null });
  for (const name of ["a", "b", "c"]) expect(refusalOf(await ask("POST", `/${name}`, {}))).toBe("400 schema-mismatch");
  expect((await ask("POST", "/d", {})).status).toBe(201);
});

test("a schema whose checks take time is waited for", async () => {
  const slow = z.object({ name: z.string().refine(async (name) => (await Promise.resolve(), name !== "taken")) });
  const { ask } = await crudWorld({ users: slow });
  expect(refusalOf(await ask("POST", "/users", { name: "taken" }))).toBe("400 schema-mismatch");
  expect((await ask("POST", "/users", { name: "free" })).status).toBe(201);
});

test("a check that fails by itself is a fault, not a mismatch", async () => {
  const broken = yup.object({
    name: yup.string().test("broken", () => {
      throw new RangeError("the check is broken");
    }),
  });
  const { ask } = await crudWorld({ users: broken });
  expect(refusalOf(await ask("POST", "/users", { name: "a" }))).toBe("500 unhandled-error");
});

test("a document with a time to live can be patched, and a client cannot give it one past the schema", async () => {
  const { ask } = await crudWorld({
    free: null,
    strict: { type: "object", properties: { n: { type: "number" } }, additionalProperties: false },
  });
  const { _id } = (await ask("POST", "/strict", { n: 1 })).body as { _id: string };
  expect(refusalOf(await ask("PATCH", `/strict/${_id}`, { _ttl: 1_000 }))).toBe("400 schema-mismatch");
  expect(refusalOf(await ask("PATCH", `/strict/${_id}`, { $set: { _ttl: 1_000 } }))).toBe("400 schema-mismatch");
  expect((await ask("PATCH", `/strict/${_id}`, { n: 2 })).status).toBe(200);
});

test.each([
  ["wants", z.strictObject({ _id: z.string(), n: z.number() })],
  ["allows no", z.strictObject({ n: z.number() })],
])("a schema that %s _id takes PUT and PATCH", async (_what, schema) => {
  const { ask } = await crudWorld({ notes: schema });
  const sent = "_id" in schema.shape ? { _id: "a", n: 1 } : { n: 1 };
  const { _id } = (await ask("POST", "/notes", sent)).body as { _id: string };
  expect((await ask("PUT", `/notes/${_id}`, { n: 2 })).body).toEqual({ _id, n: 2 });
  expect((await ask("PATCH", `/notes/${_id}`, { n: 3 })).body).toEqual({ _id, n: 3 });
  expect(refusalOf(await ask("PATCH", `/notes/${_id}`, { n: "x" }))).toBe("400 schema-mismatch");
});

test("an Ajv of the app compiles its JSON Schemas", async () => {
  const asked: object[] = [];
  const validator = {
    compile: (schema: object) => {
      asked.push(schema);
      return Object.assign((document: unknown) => document !== null && false, {
        errors: [{ instancePath: "/a/0", message: "is never right" }],
      });
    },
  };
  const schema = { properties: {} };
  const { ask } = await crudWorld({ a: schema }, { validator });
  expect(asked).toEqual([]);
  for (let count = 0; count < 2; count++) {
    expect((await ask("POST", "/a", {})).body).toMatchObject({
      error: { issues: [{ path: "a.0", message: "is never right" }] },
    });
  }
  expect(asked).toEqual([schema]);
});

/** As older libraries have it: with methods, of which none is known. */
class OtherSchema {
  readonly type = "object";
  validate(): object {
    return {};
  }
}

test.each([undefined, "text", 5, true, [], { parse: () => ({}) }, new OtherSchema()])(
  "%j is no schema",
  async (schema) => {
    await expect(crudWorld({ a: schema })).rejects.toMatchObject({ code: "invalid-schema" });
  },
);

test("a JSON Schema of createCollection holds, too, with its issues", async () => {
  const { createApp } = await import("../../src/app.ts");
  const { Datastore } = await import("../../src/index.ts");
  const { appWorld } = await import("../support/app-world.ts");
  const app = createApp();
  await app.crudlify({ products: null });
  const { ask } = appWorld(app.init(async () => Datastore.open().createCollection("products", { schema: jsonSchema })));
  const answer = await ask("POST", "/products", { name: "X" });
  expect(refusalOf(answer)).toBe("400 schema-mismatch");
  expect(answer.body).toMatchObject({ error: { issues: [{ path: "", message: expect.stringContaining("price") }] } });
});
