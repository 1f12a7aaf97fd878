import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmulatedTasks, emulatedTasks } from "./emulated-tasks.ts";
import { matchesPlainly } from "./plain-evaluator.ts";
import { memoryTasks, type TaskRunner } from "./task-app.ts";

const seed = Number(process.env["FC_SEED"] ?? Date.now() % 2 ** 31);

const scalar = fc.constantFrom<unknown>(
  0,
  1,
  -1,
  2.5,
  -0.5,
  1e9,
  "",
  "a",
  "ab",
  "b",
  "é",
  "🗝",
  "\uffee",
  true,
  false,
  null,
);
const value = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.record({ z: scalar }) },
);
const id = fc.constantFrom("a", "b", "c", "d", "e", "f", "ab", "é", "🗝", "\uffee", "1", "2");
const document = fc.record(
  {
    x: value,
    y: value,
    o: fc.oneof(fc.record({ z: value }), fc.array(fc.record({ z: value }, { requiredKeys: [] }), { maxLength: 2 })),
  },
  { requiredKeys: [] },
);

const comparable = fc.constantFrom<unknown>(0, 1, -1, 2.5, 1e9, "", "a", "ab", "b", "é", "🗝", "\uffee");
const bounds = fc.dictionary(fc.constantFrom("$gt", "$gte", "$lt", "$lte"), comparable, { minKeys: 1, maxKeys: 2 });
const condition = fc.oneof(
  scalar,
  bounds,
  fc.record({ $in: fc.array(scalar, { maxLength: 4 }) }),
  fc.record({ $nin: fc.array(scalar, { maxLength: 4 }) }),
  fc.record({ $ne: scalar }),
  fc.record({ $eq: scalar }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $startsWith: fc.constantFrom("a", "é", "🗝", "x") }),
  fc.record({ $not: bounds }),
);
const idCondition = fc.oneof(
  id,
  fc.record({ $in: fc.array(id, { maxLength: 4 }) }),
  fc.dictionary(fc.constantFrom("$gt", "$gte", "$lt", "$lte"), id, { minKeys: 1, maxKeys: 2 }),
  fc.record({ $startsWith: fc.constantFrom("a", "é") }),
);
const fields = fc.record({ x: condition, y: condition, "o.z": condition, _id: idCondition }, { requiredKeys: [] });
const filter = fc.oneof(
  { weight: 3, arbitrary: fields },
  {
    weight: 1,
    arbitrary: fc.record(
      { $and: fc.array(fields, { minLength: 1, maxLength: 3 }), $or: fc.array(fields, { minLength: 1, maxLength: 3 }) },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ $nor: fc.array(fields, { minLength: 1, maxLength: 2 }), x: condition }) },
);

/** Every query answers what a second evaluator picks, by id, in every form that finds. */
async function agree(runner: TaskRunner, declared: readonly string[], runs: number): Promise<void> {
  const documents = new Map(
    fc.sample(fc.tuple(id, document), { seed, numRuns: 60 }).map(([_id, rest]) => [_id, { ...rest, _id }]),
  );
  await runner.run(async (data) => {
    await data.removeMany("t", {});
    if (declared.length > 0) await data.createIndex("t", declared);
    for (const given of documents.values()) await data.insertOne("t", given);
  });
  await fc.assert(
    fc.asyncProperty(filter, async (query) => {
      const expected = [...documents.values()].filter((stored) => matchesPlainly(stored, query)).map(({ _id }) => _id);
      const { count, one, sorted } = await runner.run(async (data) => ({
        sorted: await data.getArray("t", query, { sort: { _id: 1 } }),
        count: await data.count("t", query),
        one: await data.findOneOrNull("t", query),
      }));
      expect(sorted.map(({ _id }) => String(_id)).toSorted()).toEqual(expected.toSorted());
      expect(count).toEqual({ count: expected.length });
      expect(one === null ? [] : expected.filter((_id) => _id === one["_id"])).toHaveLength(
        expected.length === 0 ? 0 : 1,
      );
    }),
    { seed, numRuns: runs },
  );
}

describe(`queries agree with a second evaluator (seed ${seed})`, () => {
  test("in memory", () => agree(memoryTasks(), [], 500), 60_000);
  test("in memory, with declared fields", () => agree(memoryTasks(), ["x", "o.z"], 500), 60_000);

  describe("on DynamoDB", () => {
    let stack: EmulatedTasks;
    beforeAll(async () => {
      stack = await emulatedTasks();
    });
    afterAll(() => stack.dispose());
    test("without declared fields", () => agree(stack.process(), [], 80), 90_000);
    test("with declared fields", () => agree(stack.process(), ["x", "o.z"], 120), 90_000);
  });
});
