import fc from "fast-check";
import type { Filter } from "../../src/index.ts";

/** A document as JSON holds it. */
export type PlainDocument = Readonly<Record<string, unknown>>;

const texts = ["", "a", "ab", "abc", "b", "B", "é", "🗝", "1", "null"] as const;
const numbers = [0, 1, 2, -1, 2.5, 1e9] as const;

/** Objects as JSON.parse makes them: the other evaluator asks for their constructor. */
const record = <Model>(model: { [Key in keyof Model]: fc.Arbitrary<Model[Key]> }, requiredKeys?: (keyof Model)[]) =>
  fc.record(model, { noNullPrototype: true, ...(requiredKeys === undefined ? {} : { requiredKeys }) });

const dictionary = <Value>(key: fc.Arbitrary<string>, of: fc.Arbitrary<Value>) =>
  fc.dictionary(key, of, { noNullPrototype: true, minKeys: 1, maxKeys: 2 });

/** Few values, so that documents and filters meet. */
export const scalar: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...numbers) },
  { weight: 4, arbitrary: fc.constantFrom(...texts) },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(null) },
);

const leaf: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.array(scalar, { maxLength: 2 }), { maxLength: 2 }) },
);
const inner = record({ x: leaf, y: leaf }, []);
const nested = record({ x: fc.oneof(leaf, inner), y: leaf }, []);

const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: leaf },
  { weight: 3, arbitrary: nested },
  { weight: 3, arbitrary: fc.array(fc.oneof(nested, nested, nested, scalar), { maxLength: 3 }) },
);

export const document: fc.Arbitrary<PlainDocument> = record({ a: value, b: value, c: leaf }, []);

const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("a", "b", "c", "d") },
  { weight: 4, arbitrary: fc.constantFrom("a.x", "a.y", "b.x", "a.x.y", "c.x") },
  { weight: 2, arbitrary: fc.constantFrom("a.0", "c.1", "a.0.x", "b.1.y", "a.x.0") },
);

/** Patterns that JavaScript and RE2 read alike. */
const patterns = ["a", "^a", "b$", "^ab?$", "[a-b]{2}", "^.$", "(a|é)", "\\d", "^$"] as const;

const literal = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
  { weight: 1, arbitrary: inner },
);
const comparable = fc.oneof(fc.constantFrom<unknown>(...numbers, ...texts), fc.boolean());

const order = dictionary(fc.constantFrom("$gt", "$gte", "$lt", "$lte"), comparable);

const simple: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: order },
  { weight: 2, arbitrary: record({ $in: fc.array(literal, { maxLength: 3 }) }) },
  { weight: 1, arbitrary: record({ $in: fc.constantFrom<unknown>([/^a/, 1], [/b$/i, null], [/^$/, "b", [1]]) }) },
  { weight: 2, arbitrary: record({ $nin: fc.array(literal, { maxLength: 3 }) }) },
  { weight: 1, arbitrary: record({ $eq: literal }) },
  { weight: 2, arbitrary: record({ $ne: literal }) },
  { weight: 1, arbitrary: record({ $exists: fc.boolean() }) },
  { weight: 1, arbitrary: record({ $size: fc.nat({ max: 3 }) }) },
  { weight: 1, arbitrary: record({ $all: fc.array(scalar, { minLength: 1, maxLength: 2 }) }) },
  { weight: 1, arbitrary: record({ $regex: fc.constantFrom(...patterns), $options: fc.constantFrom("i", "") }) },
);

const operators = (condition: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 6, arbitrary: simple },
    { weight: 1, arbitrary: record({ $not: simple }) },
    {
      weight: 1,
      arbitrary: record({
        $elemMatch: fc.oneof(simple, record({ x: condition, y: condition }, ["x"])),
      }),
    },
  );

const { condition } = fc.letrec((tie) => ({
  condition: fc.oneof(
    { maxDepth: 2, depthIdentifier: "condition" },
    { weight: 2, arbitrary: literal },
    { weight: 5, arbitrary: operators(tie("condition")) },
  ),
}));

const { tree } = fc.letrec<{ tree: Filter }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2, depthIdentifier: "filter" },
    { weight: 5, arbitrary: dictionary(path, condition) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom("$and", "$or", "$nor"), fc.array(tie("tree"), { minLength: 1, maxLength: 2 }))
        .map(([group, parts]): Filter => ({ [group]: parts })),
    },
  ),
}));

export const filter: fc.Arbitrary<Filter> = tree;
