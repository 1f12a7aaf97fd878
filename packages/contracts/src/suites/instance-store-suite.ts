import type { InstanceStore } from "@stephooks/core";
import { afterAll, beforeAll, describe } from "vitest";
import { storeBranchRecords } from "./store-branch-records.ts";
import { storeClears } from "./store-clears.ts";
import { storeCreates } from "./store-creates.ts";
import { storeReads } from "./store-reads.ts";
import { storeResults } from "./store-results.ts";
import { storeLimits, storeSizes } from "./store-sizes.ts";
import { storeStates } from "./store-states.ts";
import type { StoreUnderTest } from "./store-under-test.ts";
import { storeUpdates } from "./store-updates.ts";

export interface StoreSuiteOptions {
  /** The store refuses items above DynamoDB's 400 KB. Default true; false for a store without a limit. */
  readonly limited?: boolean;
}

/** The contract of `InstanceStore` as vitest tests. `makeStore` is called once. */
export function describeInstanceStore(
  name: string,
  makeStore: () => Promise<StoreUnderTest>,
  options: StoreSuiteOptions = {},
): void {
  describe(`instance store: ${name}`, () => {
    let world: StoreUnderTest | undefined;
    const store = (): InstanceStore => {
      if (world === undefined) throw new TypeError("The store is used outside a test.");
      return world.store;
    };
    beforeAll(async () => {
      world = await makeStore();
    });
    afterAll(() => world?.dispose?.());

    describe("create", () => storeCreates(store));
    describe("update", () => storeUpdates(store));
    describe("clear", () => storeClears(store));
    describe("result", () => storeResults(store));
    describe("branch record", () => storeBranchRecords(store));
    describe("state", () => storeStates(store));
    describe("read", () => storeReads(store));
    describe("size", () => storeSizes(store));
    if (options.limited !== false) describe("limit", () => storeLimits(store));
  });
}
