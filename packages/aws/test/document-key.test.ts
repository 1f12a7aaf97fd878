import fc from "fast-check";
import { expect, test } from "vitest";
import { documentKey, SHARDS, shardOf, valueKey } from "../src/document-key.ts";

const seed = Number(process.env["FC_SEED"] ?? Date.now() % 2 ** 31);

test("ids fall into every shard about evenly", () => {
  const counts = Array.from({ length: SHARDS }, () => 0);
  for (let index = 0; index < 16_000; index++) {
    const shard = shardOf(`01JDF${index.toString(36).padStart(21, "0")}`);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  expect(counts).toHaveLength(SHARDS);
  expect(Math.min(...counts)).toBeGreaterThan(600);
  expect(Math.max(...counts)).toBeLessThan(1_500);
});

test(`keys of different places never meet (seed ${seed})`, () => {
  const name = fc.string({
    unit: fc.constantFrom("a", "#", "%", "2", "3", "0", "d", "k", "é"),
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(name, name, name, name, (one, id, other, otherId) => {
      const same = one === other && id === otherId;
      expect(textOf(documentKey(one, id)) === textOf(documentKey(other, otherId))).toBe(same);
      const values = [
        { keyspace: one, key: id },
        { keyspace: other, key: otherId },
      ].map((place) => textOf(valueKey(place)));
      expect(values[0] === values[1]).toBe(same);
      expect(values).not.toContain(textOf(documentKey(one, id)));
    }),
    { seed, numRuns: 2_000 },
  );
});

function textOf(key: object): string {
  return JSON.stringify(key);
}
