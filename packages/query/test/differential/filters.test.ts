import fc from "fast-check";
import siftModule from "sift";
import { describe, expect, test } from "vitest";
import { compileFilter, type Filter } from "../../src/index.ts";
import { document, filter } from "./arbitrary-queries.ts";
import { knownDifferences } from "./known-differences.ts";

const seed = Number(process.env["FC_SEED"] ?? Date.now() % 2 ** 31);

const FILTERS = 2_000;
const DOCUMENTS_PER_FILTER = 20;

// A module of the other kind. Used with plain operators only.
const sift = siftModule.default;

describe(`filters beside sift (seed ${seed})`, () => {
  test("40,000 comparisons differ only where a difference is documented", () => {
    const documents = fc.sample(document, { seed, numRuns: 1_000 });
    const filters = fc.sample(filter, { seed: seed + 1, numRuns: FILTERS });
    const explained = new Map<string, number>();
    let compared = 0;
    let matched = 0;
    for (const [number, given] of filters.entries()) {
      const [ours, theirs] = [compileFilter(given), sift(given)];
      for (let index = 0; index < DOCUMENTS_PER_FILTER; index++) {
        const one = documents[(number * 7 + index) % documents.length];
        if (one === undefined) throw new TypeError("no document");
        const [mine, other] = [ours(one), theirs(one)];
        compared += 1;
        if (mine) matched += 1;
        if (mine === other) continue;
        const known = knownDifferences.find(({ concerns }) => concerns(given, one));
        expect(known?.id, `${JSON.stringify(given)} on ${JSON.stringify(one)}: ${mine}, sift says ${other}`).toEqual(
          expect.any(String),
        );
        explained.set(known?.id ?? "", (explained.get(known?.id ?? "") ?? 0) + 1);
      }
    }
    expect(compared).toBe(FILTERS * DOCUMENTS_PER_FILTER);
    // A test in which nothing ever matches shows little, as does one whose differences are all explained away.
    expect(matched).toBeGreaterThan(compared / 20);
    expect([...explained.values()].reduce((sum, count) => sum + count, 0)).toBeLessThan(compared / 50);
  }, 60_000);

  test.each(knownDifferences)("$id: $documented", ({ concerns, example }) => {
    expect(compileFilter(example.filter)(Object(example.document))).toBe(example.ours);
    expect(sift(example.filter)(example.document)).toBe(!example.ours);
    expect(concerns(example.filter, example.document)).toBe(true);
  });
});

/** MongoDB's own test jstests/core/null_query_semantics.js lists what such a query finds. */
describe("null through arrays", () => {
  const found: readonly (readonly [object, boolean])[] = [
    [{}, true],
    [{ a: null }, true],
    [{ a: 4 }, true],
    [{ a: {} }, true],
    [{ a: { b: null } }, true],
    [{ a: { b: "hi" } }, false],
    [{ a: [{ b: null }, { b: 3 }] }, true],
    [{ a: [{ b: 3 }, {}] }, true],
    [{ a: [{}] }, true],
    [{ a: [{ b: 1 }, { b: 3 }] }, false],
    [{ a: [] }, false],
    [{ a: [[]] }, false],
    [{ a: [null, null] }, false],
    [{ a: [1, "x", null] }, false],
  ];

  test.each(found)("%j", (given, expected) => {
    const match = (query: Filter): boolean => compileFilter(query)(Object(given));
    expect(match({ "a.b": null })).toBe(expected);
    expect(match({ "a.b": { $in: [null] } })).toBe(expected);
    expect(match({ "a.b": { $ne: null } })).toBe(!expected);
    expect(match({ "a.b": { $nin: [null] } })).toBe(!expected);
  });
});
