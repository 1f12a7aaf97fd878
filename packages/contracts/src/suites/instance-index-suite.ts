import { afterAll, beforeAll, describe } from "vitest";
import { indexDue } from "./index-due.ts";
import { indexLists } from "./index-lists.ts";
import type { IndexUnderTest } from "./index-under-test.ts";

/** The contract of `InstanceIndex` as vitest tests. `makeIndex` is called once. */
export function describeInstanceIndex(name: string, makeIndex: () => Promise<IndexUnderTest>): void {
  describe(`instance index: ${name}`, () => {
    let made: IndexUnderTest | undefined;
    const world = (): IndexUnderTest => {
      if (made === undefined) throw new TypeError("The index is used outside a test.");
      return made;
    };
    beforeAll(async () => {
      made = await makeIndex();
    });
    afterAll(() => made?.dispose?.());

    describe("due", () => indexDue(world));
    describe("list", () => indexLists(world));
  });
}
