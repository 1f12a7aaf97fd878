import { type BatchGetItemCommandOutput, type KeysAndAttributes, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { sampleHead } from "@stephooks/contracts/suites";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { dynamodbInstanceStore } from "../src/index.ts";
import { encodeInstanceItem } from "../src/instance-item-codec.ts";
import { type EmulatedStack, emulatedStack } from "./emulated-stack.ts";

let world: EmulatedStack;
beforeAll(async () => {
  world = await emulatedStack();
});
afterAll(() => world.dispose());
afterEach(() => world.clients.dynamodb.middlewareStack.remove("fault"));

const store = (pauses: number[] = []) =>
  dynamodbInstanceStore(world.clients.dynamodb, world.stack.table, {
    pause: async (milliseconds) => void pauses.push(milliseconds),
  });

/** The next `times` attempts take effect, but their answers are lost. */
function loseAnswers(times: number): void {
  let left = times;
  world.clients.dynamodb.middlewareStack.add(
    (next) => async (args) => {
      left -= 1;
      if (left < 0) return await next(args);
      await next(args).catch(() => "a refusal is lost as well");
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    },
    // Inside the retry loop: every attempt passes here.
    { step: "finalizeRequest", priority: "low", name: "fault" },
  );
}

test("an update whose answer was lost is refused at its repetition with its own transaction id", async () => {
  const head = sampleHead();
  await store().create(head);
  loseAnswers(1);
  const set = { seq: 4, transactionId: "mine" };
  const result = await store().update(head.id, { set }, { statusIn: ["runnable"], seq: 3 });
  expect(result).toEqual({ ok: false, current: { ...head, ...set } });
});

test("a create whose answer was lost is refused at its repetition with its own head", async () => {
  const head = sampleHead();
  loseAnswers(1);
  expect(await store().create(head)).toEqual({ ok: false, current: head });
});

test("a write whose answers were all lost rejects as one that may have been applied, and was", async () => {
  const head = sampleHead();
  loseAnswers(3);
  await expect(store().create(head)).rejects.toMatchObject({ code: "unavailable", mayHaveApplied: true });
  expect((await store().read([head.id])).get(head.id)).toEqual(head);
});

/** Each batch read serves only the first `served` of its keys. */
function leaveKeysOut(served: number): number[] {
  const asked: number[] = [];
  world.clients.dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== "BatchGetItemCommand") return await next(args);
      const { table } = world.stack;
      const request = (args.input as { RequestItems: Record<string, KeysAndAttributes> }).RequestItems[table];
      const keys = request?.Keys ?? [];
      asked.push(keys.length);
      const left = keys.slice(served);
      const UnprocessedKeys = left.length === 0 ? {} : { [table]: { Keys: left, ConsistentRead: true } };
      const metadata = { $metadata: {} };
      if (served === 0) return { output: { ...metadata, Responses: {}, UnprocessedKeys }, response: {} };
      const RequestItems = { [table]: { ...request, Keys: keys.slice(0, served) } };
      const result = await next({ ...args, input: { ...args.input, RequestItems } });
      return { ...result, output: { ...(result.output as BatchGetItemCommandOutput), UnprocessedKeys } };
    },
    { step: "initialize", name: "fault" },
  );
  return asked;
}

test("keys that a batch read leaves out are asked for again until all are there", async () => {
  const heads = Array.from({ length: 7 }, () => sampleHead());
  await Promise.all(heads.map((head) => store().create(head)));
  const asked = leaveKeysOut(2);
  const pauses: number[] = [];
  const found = await store(pauses).read(heads.map(({ id }) => id));
  expect(found.size).toBe(7);
  expect(asked).toEqual([7, 5, 3, 1]);
  expect(pauses).toEqual([]);
});

test("a batch read that brings nothing five times rejects as throttled, after growing pauses", async () => {
  const asked = leaveKeysOut(0);
  const pauses: number[] = [];
  await expect(store(pauses).read(["a", "b"])).rejects.toMatchObject({ code: "throttled" });
  expect(asked).toEqual([2, 2, 2, 2, 2]);
  expect(pauses).toEqual([25, 50, 100, 200, 400]);
});

test("every read asks for strong consistency, and every write for the item that refuses it", async () => {
  const asked: (readonly [unknown, string])[] = [];
  world.clients.dynamodb.middlewareStack.add(
    (next, context) => (args) => {
      asked.push([context.commandName, JSON.stringify(args.input)]);
      return next(args);
    },
    { step: "initialize", name: "fault" },
  );
  const head = sampleHead();
  await store().create(head);
  await store().update(head.id, { set: {} }, { statusIn: ["runnable"] });
  await store().read([head.id]);
  await store().read([head.id, "other"]);
  const refusing = '"ReturnValuesOnConditionCheckFailure":"ALL_OLD"';
  expect(asked).toEqual([
    ["PutItemCommand", expect.stringContaining(refusing)],
    ["UpdateItemCommand", expect.stringContaining(refusing)],
    ["GetItemCommand", expect.stringContaining('"ConsistentRead":true')],
    ["BatchGetItemCommand", expect.stringContaining('"ConsistentRead":true')],
  ]);
});

test("only a write that records a result asks for the head after it", async () => {
  const asked: unknown[] = [];
  world.clients.dynamodb.middlewareStack.add(
    (next) => (args) => {
      asked.push((args.input as { ReturnValues?: string }).ReturnValues);
      return next(args);
    },
    { step: "initialize", name: "fault" },
  );
  const head = sampleHead({ results: new Map() });
  const value = { kind: "next", next: null, set: {}, remove: [], startedAt: 1, duration: 1 } as const;
  await store().create(head);
  await store().update(head.id, { set: { attempt: 2 } }, { statusIn: ["runnable"] });
  await store().update(head.id, { set: {}, result: { branch: 0, value } }, { statusIn: ["runnable"] });
  expect(asked).toEqual(["NONE", "NONE", "ALL_NEW"]);
});

test("a recorded result whose answer was lost is refused at its repetition with itself", async () => {
  const head = sampleHead({ results: new Map() });
  await store().create(head);
  loseAnswers(1);
  const value = { kind: "next", next: null, set: {}, remove: [], startedAt: 1, duration: 1 } as const;
  const condition = { statusIn: ["runnable"], openBranch: 0 } as const;
  const result = await store().update(head.id, { set: {}, result: { branch: 0, value } }, condition);
  expect(result).toEqual({ ok: false, current: { ...head, results: new Map([[0, value]]) } });
});

test("an item that something else wrote rejects as corrupt, in a read and in a refusal", async () => {
  const head = sampleHead();
  const Item = { ...encodeInstanceItem(head), h: { S: "scribble" } };
  await world.clients.dynamodb.send(new PutItemCommand({ TableName: world.stack.table, Item }));
  const corrupt = { code: "corrupt", details: { instance: head.id, attribute: "h" } };
  await expect(store().read([head.id])).rejects.toMatchObject(corrupt);
  await expect(store().create(head)).rejects.toMatchObject(corrupt);
});

test("a table that does not exist rejects as a missing resource", async () => {
  const nowhere = dynamodbInstanceStore(world.clients.dynamodb, "nowhere");
  const missing = { code: "missing-resource" };
  await expect(nowhere.read(["a"])).rejects.toMatchObject(missing);
  await expect(nowhere.read(["a", "b"])).rejects.toMatchObject(missing);
  await expect(nowhere.create(sampleHead())).rejects.toMatchObject(missing);
  await expect(nowhere.update("a", { set: {} }, { statusIn: ["runnable"] })).rejects.toMatchObject(missing);
});
