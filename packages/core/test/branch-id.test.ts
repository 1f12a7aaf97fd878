import fc from "fast-check";
import { expect, test } from "vitest";
import { branchId, parseBranchId } from "@stephooks/core";

test("the id of a branch's record reads back, for every branch", () => {
  const ref = fc.record({
    instance: fc.stringMatching(/^[A-Za-z0-9_.:@-]{1,128}$/),
    seq: fc.nat({ max: 999_999_999 }),
    branch: fc.nat({ max: 999 }),
  });
  fc.assert(
    fc.property(ref, (given) => {
      expect(parseBranchId(branchId(given))).toEqual(given);
    }),
  );
});

test.each(["order-1", "order-1/2", "order-1/2/3/4", "/2/3", "order-1/x/3", "order-1/2/x", "order-1/2/1000", ""])(
  "%j names no branch",
  (id) => {
    expect(parseBranchId(id)).toBeUndefined();
  },
);
