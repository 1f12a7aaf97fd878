import { afterAll, beforeAll, expect, test } from "vitest";
import { dynamodbDocumentStore, dynamodbKeyValueStore } from "../src/index.ts";
import { type EmulatedStack, emulatedStack } from "./emulated-stack.ts";

let world: EmulatedStack;
beforeAll(async () => {
  world = await emulatedStack();
});
afterAll(() => world.dispose());

/** Text that would change an expression if it got into one. */
const INJECTED = "x) OR attribute_exists(#pk) OR (:injected = :injected";

test("security 37: no text of a user reaches an expression, or the name of an attribute", async () => {
  const { clients, stack } = world;
  const expressions: string[] = [];
  clients.dynamodb.middlewareStack.add(
    (next) => (args) => {
      for (const [name, value] of Object.entries(args.input)) {
        if (name.endsWith("Expression") || name === "ExpressionAttributeNames") expressions.push(JSON.stringify(value));
      }
      return next(args);
    },
    { step: "initialize" },
  );
  const documents = dynamodbDocumentStore(clients.dynamodb, stack.table, { definitionAge: 10 });
  const values = dynamodbKeyValueStore(clients.dynamodb, stack.table);

  await documents.define(INJECTED, { addFields: [INJECTED], schema: { [INJECTED]: INJECTED } });
  const document = { _id: INJECTED, [INJECTED]: INJECTED };
  const written = await documents.write({ collection: INJECTED, id: INJECTED, document, expected: undefined });
  expect(written.ok).toBe(true);
  expect((await documents.read(INJECTED, [INJECTED])).size).toBe(1);
  const field = { name: INJECTED, from: INJECTED, to: INJECTED };
  for await (const page of documents.list({ collection: INJECTED, field })) expect(page).toHaveLength(1);
  for await (const page of documents.list({ collection: INJECTED, ids: { from: INJECTED } }))
    expect(page).toHaveLength(1);
  await documents.define(INJECTED, { removeFields: [INJECTED], schema: null });
  expect(await documents.remove(INJECTED, INJECTED, INJECTED)).toMatchObject({ ok: false });
  const place = { keyspace: INJECTED, key: INJECTED };
  await values.set(place, INJECTED, Date.now() + 60_000);
  expect(await values.add(place, 1)).toMatchObject({ ok: false });
  for await (const page of values.list(INJECTED, INJECTED)) expect(page).toHaveLength(1);
  expect(await values.remove(place)).toMatchObject({ value: INJECTED });

  expect(expressions.length).toBeGreaterThan(10);
  expect(expressions.filter((text) => text.includes("injected"))).toEqual([]);
});
