import fc from "fast-check";
import { expect, test } from "vitest";
import { DUE_SHARDS, dueShard } from "@stephooks/core";

test.each([
  ["", 5],
  ["order-1", 13],
  ["order-1/2/3", 14],
])("the shard of %j is the same for ever", (id, shard) => {
  expect(dueShard(id)).toBe(shard);
});

test("every id has a shard that exists", () => {
  fc.assert(
    fc.property(fc.string(), (id) => {
      expect(dueShard(id)).toBeGreaterThanOrEqual(0);
      expect(dueShard(id)).toBeLessThan(DUE_SHARDS);
    }),
  );
});

test("consecutive ids spread over all shards", () => {
  const shards = Array.from({ length: 400 }, (_, index) => dueShard(`order-${index}`));
  expect(new Set(shards).size).toBe(DUE_SHARDS);
});
