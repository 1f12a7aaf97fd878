import { expect, test } from "vitest";
import * as yup from "yup";
import { z } from "zod";
import { z as z3 } from "zod/v3";
import { ComponentNames } from "../../src/openapi/schemas/component-names.ts";
import { SchemaWriter } from "../../src/openapi/schemas/openapi-schema.ts";
import { expectValid } from "./valid-document.ts";

/** The schema as a document has it, and the components it needs, in a document that is valid. */
async function written(given: unknown): Promise<readonly [object, object]> {
  const writer = new SchemaWriter(new ComponentNames([]));
  const schema = writer.schema(given, "It");
  await expectValid({
    openapi: "3.0.3",
    info: { title: "t", version: "1" },
    paths: {},
    components: { schemas: { ...writer.components, Given: schema } },
  });
  return [schema, writer.components];
}

const schemaOf = async (given: unknown): Promise<object> => (await written(given))[0];

const cases = [
  ["a limit that is not included", { type: "number", exclusiveMinimum: 0 }, { minimum: 0, exclusiveMinimum: true }],
  ["the same as draft 4 has it", { maximum: 9, exclusiveMaximum: true }, { maximum: 9, exclusiveMaximum: true }],
  ["a type that may be null", { type: ["string", "null"] }, { type: "string", nullable: true }],
  ["two types", { type: ["string", "integer"] }, { anyOf: [{ type: "string" }, { type: "integer" }] }],
  ["null alone", { type: "null" }, { enum: [null], nullable: true }],
  ["null as an alternative", { anyOf: [{ type: "string" }, { type: "null" }] }, { type: "string", nullable: true }],
  ["choices that may be null", { type: ["string", "null"], enum: ["a"] }, { enum: ["a", null], nullable: true }],
  ["a constant", { const: "a" }, { enum: ["a"] }],
  ["the constant null", { const: null }, { enum: [null] }],
  ["examples", { type: "string", examples: ["a", "b"] }, { type: "string", example: "a" }],
  [
    "a tuple",
    { type: "array", prefixItems: [{ type: "string" }, true] },
    { items: { anyOf: [{ type: "string" }, {}] } },
  ],
  ["an older tuple", { type: "array", items: [{ type: "string" }] }, { items: { anyOf: [{ type: "string" }] } }],
  ["an array of anything", { type: "array" }, { type: "array", items: {} }],
  ["nothing", false, { not: {} }],
  ["a property that must not be", { properties: { a: false } }, { properties: { a: { not: {} } } }],
  ["no required fields", { type: "object", required: [] }, { type: "object" }],
] as const;

test.each(cases)("JSON Schema: %s", (_what, given, expected) => {
  expect(new SchemaWriter(new ComponentNames([])).schema(given, "It")).toMatchObject(expected);
});

test("all of them are valid", async () => {
  const properties = Object.fromEntries(cases.map(([what, given]) => [what, given]));
  await schemaOf({ type: "object", properties });
});

test("what OpenAPI 3.0 has no words for is left out, and nothing false is said instead", async () => {
  const given = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://example.test/a",
    $comment: "c",
    type: "object",
    patternProperties: { "^x": { type: "string" } },
    additionalProperties: false,
    if: { properties: { a: { const: 1 } } },
    then: { required: ["b"] },
    dependentRequired: { a: ["b"] },
    unevaluatedProperties: false,
    minLength: "3",
    "x-mine": 1,
  };
  expect(await schemaOf(given)).toEqual({ type: "object", "x-mine": 1 });
});

test("definitions become components, and references lead to them", async () => {
  const [schema, components] = await written({
    $defs: { node: { type: "object", properties: { next: { $ref: "#/$defs/node" }, root: { $ref: "#" } } } },
    definitions: { size: { type: "integer" } },
    type: "object",
    properties: {
      first: { $ref: "#/$defs/node", description: "beside a reference" },
      size: { $ref: "#/definitions/size" },
      same: { $ref: "#/properties/size" },
    },
  });
  expect(schema).toEqual({ $ref: "#/components/schemas/It" });
  expect(components).toEqual({
    It: {
      type: "object",
      properties: {
        first: { allOf: [{ $ref: "#/components/schemas/It_node" }], description: "beside a reference" },
        size: { $ref: "#/components/schemas/It_size" },
        same: { $ref: "#/components/schemas/It/properties/size" },
      },
    },
    It_node: {
      type: "object",
      properties: { next: { $ref: "#/components/schemas/It_node" }, root: { $ref: "#/components/schemas/It" } },
    },
    It_size: { type: "integer" },
  });
});

test("schemas of libraries within a plain one are written out", async () => {
  const given = { type: "array", items: z.object({ a: z.int() }), maxItems: 3 };
  expect(await schemaOf(given)).toMatchObject({ maxItems: 3, items: { properties: { a: { type: "integer" } } } });
});

test("zod 4", async () => {
  const schema = z
    .strictObject({
      mail: z.email(),
      when: z.date(),
      count: z.number().positive().multipleOf(0.5),
      maybe: z.string().nullish(),
      state: z.union([z.literal("a"), z.literal(1)]),
      map: z.record(z.string(), z.number()),
      changed: z.string().transform(Number),
      special: z.custom<Date>(),
    })
    .describe("A thing");
  expect(await schemaOf(schema)).toMatchObject({
    description: "A thing",
    type: "object",
    additionalProperties: false,
    required: ["mail", "when", "count", "state", "map", "changed", "special"],
    properties: {
      mail: { type: "string", format: "email" },
      when: { type: "string", format: "date-time" },
      count: { minimum: 0, exclusiveMinimum: true, multipleOf: 0.5 },
      maybe: { type: "string", nullable: true },
      map: { type: "object", additionalProperties: { type: "number" } },
      changed: { type: "string" },
    },
  });
});

/** What TypeScript makes of `enum Level { Low, High }`. */
const Level = { Low: 0, High: 1, 0: "Low", 1: "High" } as const;

test("zod 3", async () => {
  const schema = z3.object({
    name: z3.string().min(2).max(9).regex(/^a/).describe("Its name"),
    exact: z3.string().length(3).optional(),
    site: z3.string().url().nullable(),
    id: z3.string().uuid().default("f47ac10b-58cc-4372-a567-0e02b2c3d479"),
    at: z3.date(),
    share: z3.number().min(0).lt(1).multipleOf(0.1),
    level: z3.nativeEnum(Level),
    kind: z3.enum(["a", "b"]).catch("a"),
    tags: z3.array(z3.string()).min(1).max(5),
    pair: z3.array(z3.boolean()).length(2),
    one: z3.discriminatedUnion("t", [z3.object({ t: z3.literal("x") }), z3.object({ t: z3.literal("y") })]),
    both: z3.object({ a: z3.string() }).and(z3.object({ b: z3.bigint() })),
    map: z3.record(z3.number()),
    checked: z3.string().refine((text) => text !== "no"),
    read: z3.set(z3.null()).readonly(),
    sum: z3.string().transform(Number).pipe(z3.number()),
    made: z3.tuple([z3.string(), z3.number()]),
    branded: z3.string().brand("b"),
    any: z3.any(),
    fn: z3.function(),
  });
  expect(await schemaOf(schema)).toEqual({
    type: "object",
    required: [
      ...["name", "site", "at", "share", "level", "tags", "pair", "one", "both"],
      ...["map", "checked", "read", "sum", "made", "branded", "fn"],
    ],
    properties: {
      name: { type: "string", minLength: 2, maxLength: 9, pattern: "^a", description: "Its name" },
      exact: { type: "string", minLength: 3, maxLength: 3 },
      site: { type: "string", format: "uri", nullable: true },
      id: { type: "string", format: "uuid", default: "f47ac10b-58cc-4372-a567-0e02b2c3d479" },
      at: { type: "string", format: "date-time" },
      share: { type: "number", minimum: 0, maximum: 1, exclusiveMaximum: true, multipleOf: 0.1 },
      level: { enum: [0, 1] },
      kind: { type: "string", enum: ["a", "b"] },
      tags: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 5 },
      pair: { type: "array", items: { type: "boolean" }, minItems: 2, maxItems: 2 },
      one: {
        anyOf: ["x", "y"].map((t) => ({ type: "object", properties: { t: { enum: [t] } }, required: ["t"] })),
      },
      both: {
        allOf: [
          { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
          { type: "object", properties: { b: { type: "integer" } }, required: ["b"] },
        ],
      },
      map: { type: "object", additionalProperties: { type: "number" } },
      checked: { type: "string" },
      read: { type: "array", items: { enum: [null], nullable: true }, uniqueItems: true },
      sum: { type: "string" },
      made: { type: "array", items: { anyOf: [{ type: "string" }, { type: "number" }] } },
      branded: { type: "string" },
      any: {},
      fn: {},
    },
  });
});

test("yup", async () => {
  const schema = yup
    .object({
      name: yup.string().required().min(2).max(9).matches(/^a/).label("Name").meta({ description: "Its name" }),
      mail: yup.string().email().length(30),
      site: yup.string().url(),
      id: yup.string().uuid().default("x"),
      at: yup.date().required(),
      share: yup.number().positive().lessThan(1),
      level: yup.number().min(1).max(3).integer().nullable(),
      kind: yup
        .string()
        .oneOf(["a", "b"])
        .notOneOf(["z" as never]),
      done: yup.boolean().required().default(false),
      tags: yup.array().of(yup.string()).min(1).max(5),
      pair: yup.array().length(2),
      spot: yup.tuple([yup.string(), yup.number()]),
      inner: yup.object({ zip: yup.string().required() }),
      any: yup.mixed(),
      later: yup.lazy(() => yup.string()),
    })
    .noUnknown();
  expect(await schemaOf(schema)).toEqual({
    type: "object",
    additionalProperties: false,
    required: ["name", "at"],
    properties: {
      name: { type: "string", minLength: 2, maxLength: 9, pattern: "^a", title: "Name", description: "Its name" },
      mail: { type: "string", format: "email", minLength: 30, maxLength: 30 },
      site: { type: "string", format: "uri" },
      id: { type: "string", format: "uuid", default: "x" },
      at: { type: "string", format: "date-time" },
      share: { type: "number", minimum: 0, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: true },
      level: { type: "integer", minimum: 1, maximum: 3, nullable: true },
      kind: { type: "string", enum: ["a", "b"], not: { enum: ["z"] } },
      done: { type: "boolean", default: false },
      tags: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 5 },
      pair: { type: "array", items: {}, minItems: 2, maxItems: 2 },
      spot: { type: "array", items: { anyOf: [{ type: "string" }, { type: "number" }] }, minItems: 2, maxItems: 2 },
      inner: { type: "object", properties: { zip: { type: "string" } }, required: ["zip"] },
      any: {},
      later: {},
    },
  });
});

test("a library that makes its own JSON Schema by the standard, one that makes none, and one that cannot", async () => {
  const standard = (jsonSchema?: unknown) => ({ "~standard": { version: 1, validate: () => ({}), jsonSchema } });
  expect(await schemaOf(standard({ input: () => ({ type: "string" }) }))).toEqual({ type: "string" });
  expect(await schemaOf(standard())).toEqual({});
  const unable = standard({
    input: () => {
      throw new Error("no JSON Schema for this");
    },
  });
  expect(await schemaOf(unable)).toEqual({});
});
