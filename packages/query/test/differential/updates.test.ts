import fc from "fast-check";
import { update as mingoUpdate } from "mingo/updater";
import { Query } from "mingo";
import { describe, expect, test } from "vitest";
import { compileUpdate, QueryError, sortDocuments, type SortSpec, type Update } from "../../src/index.ts";
import { scalar } from "./arbitrary-queries.ts";

const seed = Number(process.env["FC_SEED"] ?? Date.now() % 2 ** 31);

const number = fc.constantFrom(0, 1, 2, -1, 2.5, 1e9);
const list = fc.array(scalar, { maxLength: 4 });
const set = fc.uniqueArray(scalar, { maxLength: 4, selector: (item) => JSON.stringify(item) });
const document = fc.record(
  {
    n: number,
    m: number,
    text: fc.constantFrom("a", "b", "é"),
    list,
    rows: fc.array(fc.record({ q: number }, { noNullPrototype: true }), { maxLength: 3 }),
    deep: fc.record({ n: number, list, set }, { noNullPrototype: true, requiredKeys: [] }),
  },
  { noNullPrototype: true, requiredKeys: [] },
);

const numberPath = fc.constantFrom("n", "m", "deep.n", "fresh", "fresh.n");
// The other evaluator takes duplicates away that were there before, and keeps those of an operand where nothing was;
// "$addToSet" of MongoDB's manual says the opposite of both.
const setPath = fc.constantFrom("deep.set", "other");
const listPath = fc.constantFrom("list", "deep.list", "other");

const fields = <Value>(path: fc.Arbitrary<string>, value: fc.Arbitrary<Value>) =>
  fc.dictionary(path, value, { noNullPrototype: true, minKeys: 1, maxKeys: 2 });

const operator = <Value>(name: string, path: fc.Arbitrary<string>, value: fc.Arbitrary<Value>): fc.Arbitrary<Update> =>
  fields(path, value).map((operand) => ({ [name]: operand }));

const several = fc.array(scalar, { maxLength: 3 });

/** One operator, on fields that do not stand in each other's way. */
const update: fc.Arbitrary<Update> = fc
  .oneof(
    operator("$set", fc.constantFrom("n", "text", "deep.x", "fresh.y.z"), scalar),
    operator("$unset", fc.constantFrom("n", "deep.n", "deep", "none"), fc.constant("")),
    operator("$inc", numberPath, number),
    operator("$mul", numberPath, number),
    operator("$min", fc.constantFrom("n", "deep.n"), number),
    operator("$max", fc.constantFrom("n", "deep.n"), number),
    operator("$push", listPath, scalar),
    operator("$push", listPath, fc.record({ $each: several }, { noNullPrototype: true })),
    operator("$addToSet", setPath, scalar),
    operator("$addToSet", setPath, fc.record({ $each: set }, { noNullPrototype: true })),
    operator(
      "$pull",
      fc.constantFrom("list", "deep.list"),
      scalar.filter((value) => value !== null),
    ),
    operator("$pull", fc.constant("rows"), fc.record({ q: number }, { noNullPrototype: true })),
    operator(
      "$pull",
      fc.constant("rows"),
      number.map((value) => ({ q: { $gte: value } })),
    ),
    operator("$pullAll", fc.constantFrom("list", "deep.list"), several),
    operator("$pop", fc.constantFrom("list", "deep.list"), fc.constantFrom(1, -1)),
    fc.constantFrom<Update>({ $rename: { n: "renamed" } }, { $rename: { text: "deep.text" } }),
  )
  .filter((given) => !Object.values(given).some((operand) => isConflict(Object.keys(Object(operand)))));

/** MongoDB refuses an update of a field and of one within it; ours applies them in their order. */
function isConflict(paths: readonly string[]): boolean {
  return paths.some((path) => paths.some((other) => other.startsWith(`${path}.`)));
}

/** What an update makes of a document, or that it is refused. */
function ours(given: Update, before: object): unknown {
  try {
    return compileUpdate(given)(Object(before));
  } catch (error) {
    if (error instanceof QueryError) return "refused";
    throw error;
  }
}

function theirs(given: Update, before: object): unknown {
  const copy = structuredClone(before);
  try {
    mingoUpdate(Object(copy), Object(given), [], {}, { cloneMode: "deep" });
    return JSON.parse(JSON.stringify(copy));
  } catch {
    return "refused";
  }
}

describe(`updates and sorting beside mingo (seed ${seed})`, () => {
  test("10,000 updates agree", () => {
    let changed = 0;
    fc.assert(
      fc.property(document, update, (before, given) => {
        const result = ours(given, before);
        expect(result).toEqual(theirs(given, before));
        if (JSON.stringify(result) !== JSON.stringify(before)) changed += 1;
      }),
      { seed, numRuns: 10_000 },
    );
    expect(changed).toBeGreaterThan(4_000);
  }, 60_000);

  // Without null: to MongoDB it is what is missing, to us it follows.
  const present = scalar.filter((given) => given !== null);
  const value = fc.oneof({ weight: 5, arbitrary: present }, { weight: 1, arbitrary: fc.constant(undefined) });
  const row = fc.record(
    { x: value, y: value, deep: fc.record({ z: value }, { noNullPrototype: true }) },
    { noNullPrototype: true, requiredKeys: [] },
  );
  const spec = fc
    .uniqueArray(fc.constantFrom("x", "y", "deep.z"), { minLength: 1, maxLength: 3 })
    .chain((names) =>
      fc
        .tuple(...names.map(() => fc.constantFrom<1 | -1>(1, -1)))
        .map((directions): SortSpec => Object.fromEntries(names.map((name, index) => [name, directions[index] ?? 1]))),
    );

  test("2,000 sorted lists agree", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), spec, (rows, sort) => {
        const numbered = rows.map((given, index) => ({ ...given, index }));
        const other = new Query({})
          .find<{ index: number }>(numbered)
          .sort({ ...sort })
          .all();
        expect(sortDocuments(numbered, sort).map(({ index }) => index)).toEqual(other.map(({ index }) => index));
      }),
      { seed, numRuns: 2_000 },
    );
  }, 60_000);
});
