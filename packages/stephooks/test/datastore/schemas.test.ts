import { beforeEach, expect, test } from "vitest";
import { coded } from "../support/app-world.ts";
import { memoryTasks } from "./task-app.ts";

let { refusal, run } = memoryTasks();
beforeEach(() => {
  ({ refusal, run } = memoryTasks());
});

const schema = {
  type: "object",
  properties: { email: { type: "string", format: "email" }, age: { type: "integer", minimum: 0 } },
  required: ["email"],
  additionalProperties: false,
};

test("every write is checked, without its _id and _ttl, and a refused one changes nothing", async () => {
  expect(await run((data) => data.createCollection("people", { schema }))).toEqual({ collection: "people" });
  const wrong = { code: "schema-mismatch", schemaError: expect.arrayContaining([expect.any(Object)]) };
  await run((data) => data.insertOne("people", { _id: "a", _ttl: 60_000, email: "a@b.co" }));
  await expect(run((data) => data.insertOne("people", { email: "nobody" }))).rejects.toMatchObject(wrong);
  await expect(run((data) => data.insertOne("people", { email: "a@b.co", x: 1 }))).rejects.toMatchObject(wrong);
  await expect(run((data) => data.updateOne("people", "a", { $set: { age: -1 } }))).rejects.toMatchObject(wrong);
  await expect(run((data) => data.updateMany("people", {}, { $unset: { email: "" } }))).rejects.toMatchObject(wrong);
  await expect(run((data) => data.replaceOne("people", "a", {}))).rejects.toMatchObject(wrong);
  await expect(run((data) => data.updateOne("people", "b", { age: 1 }, { upsert: true }))).rejects.toMatchObject(wrong);
  expect(await run((data) => data.getArray("people"))).toEqual([{ _id: "a", _ttl: 60_000, email: "a@b.co" }]);
  expect(await run((data) => data.updateOne("people", "a", { $inc: { age: 3 } }))).toMatchObject({ age: 3 });
  expect(await refusal((data) => data.insertOne("people", {}))).toBe("400 schema-mismatch");
});

test("a schema can be looked at, replaced and removed", async () => {
  await run((data) => data.setSchema("t", schema));
  expect(await run((data) => data.getSchema("t"))).toEqual(schema);
  await run((data) =>
    data.createSchema("t", { $schema: "https://json-schema.org/draft/2020-12/schema", minProperties: 1 }),
  );
  await expect(run((data) => data.insertOne("t", {}))).rejects.toEqual(coded("schema-mismatch"));
  await run((data) => data.removeSchema("t"));
  expect(await run((data) => data.getSchema("t"))).toBeNull();
  expect(await run((data) => data.insertOne("t", { _id: "a" }))).toEqual({ _id: "a" });
});

test("a schema that is none is refused", async () => {
  await expect(run((data) => data.setSchema("t", { type: "nonsense" }))).rejects.toEqual(coded("invalid-schema"));
  await expect(run((data) => data.setSchema("t", "text" as never))).rejects.toEqual(coded("invalid-document"));
  expect(await run((data) => data.getSchema("t"))).toBeNull();
});

test("createCollection without a schema is fine, and at most five fields are declared", async () => {
  await run((data) => data.createCollection("t"));
  await run((data) => data.createIndex("t", ["a", "b", "c.d"]));
  await run((data) => data.createIndex("t", "e"));
  await run((data) => data.createIndex("t", "f"));
  expect(await refusal((data) => data.createIndex("t", "g"))).toMatch(/invalid/);
  await run((data) => data.removeIndex("t", ["a"]));
  await run((data) => data.createIndex("t", "g"));
  expect(await run((data) => data.explain("t", { g: 1 }))).toMatchObject({ plan: "field", field: "g" });
});
