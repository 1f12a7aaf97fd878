import { PutItemCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { sampleHead } from "@stephooks/contracts/suites";
import { dueShard } from "@stephooks/core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { dynamodbInstanceIndex, dynamodbInstanceStore } from "../src/index.ts";
import { type EmulatedStack, emulatedStack } from "./emulated-stack.ts";

let world: EmulatedStack;
beforeAll(async () => {
  world = await emulatedStack();
});
afterAll(() => world.dispose());
afterEach(() => world.clients.dynamodb.middlewareStack.remove("fault"));

const index = () => dynamodbInstanceIndex(world.clients.dynamodb, world.stack.table);

/** Queries answer at most `size` entries, as when more would exceed 1 MB. */
function cutPages(size: number): QueryCommandInput[] {
  const asked: QueryCommandInput[] = [];
  world.clients.dynamodb.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName !== "QueryCommand") return next(args);
      const input = args.input as QueryCommandInput;
      asked.push(input);
      return next({ ...args, input: { ...input, Limit: Math.min(size, input.Limit ?? size) } });
    },
    { step: "initialize", name: "fault" },
  );
  return asked;
}

test("entries that an answer has no room for are asked for until all are there", async () => {
  const store = dynamodbInstanceStore(world.clients.dynamodb, world.stack.table);
  const heads = Array.from({ length: 200 }, (_, at) => sampleHead({ indexedAt: 100 + at }))
    .filter(({ id }) => dueShard(id) === 3)
    .slice(0, 7);
  await Promise.all(heads.map((head) => store.create(head)));
  const asked = cutPages(2);
  expect(await index().due(3, 100, 1_000)).toEqual(heads.map(({ id, indexedAt }) => ({ id, at: indexedAt })));
  expect(asked.map(({ Limit }) => Limit)).toEqual([1_000, 998, 996, 994]);
});

test.each([0, -1, 1.5, 101, Number.NaN])("a page of %d instances rejects with invalid, unsent", async (limit) => {
  const asked = cutPages(1);
  const query = { workflow: "orders", group: "active", limit } as const;
  await expect(index().list(query)).rejects.toMatchObject({ code: "invalid" });
  expect(asked).toEqual([]);
});

test("a cursor holds no key of another table item", async () => {
  const cursor = Buffer.from("000000000000005#order-1/3/0").toString("base64url");
  const query = { workflow: "orders", group: "active", limit: 1, cursor } as const;
  await expect(index().list(query)).rejects.toMatchObject({ code: "invalid" });
});

test("an entry that something else wrote rejects as corrupt", async () => {
  const TableName = world.stack.table;
  const keys = { pk: { S: "j#other" }, sk: { S: "a" } };
  const due = { gp: { S: "D#4" }, gs: { N: "5" } };
  const list = { lp: { S: "strange#A" }, ls: { S: "000000000000005#other" } };
  await world.clients.dynamodb.send(new PutItemCommand({ TableName, Item: { ...keys, ...due, ...list } }));
  await expect(index().due(4, 5, 6)).rejects.toMatchObject({ code: "corrupt" });
  const query = { workflow: "strange", group: "active", limit: 1 } as const;
  await expect(index().list(query)).rejects.toMatchObject({ code: "corrupt" });
});

test("a table that does not exist rejects as a missing resource", async () => {
  const nowhere = dynamodbInstanceIndex(world.clients.dynamodb, "nowhere");
  await expect(nowhere.due(0, 0, 1)).rejects.toMatchObject({ code: "missing-resource" });
  await expect(nowhere.list({ workflow: "orders", group: "active", limit: 1 })).rejects.toMatchObject({
    code: "missing-resource",
  });
});
