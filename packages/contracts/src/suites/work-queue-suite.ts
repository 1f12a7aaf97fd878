import { afterEach, beforeEach, describe } from "vitest";
import { queueBacklog } from "./queue-backlog.ts";
import { queueReceives } from "./queue-receives.ts";
import { queueSends } from "./queue-sends.ts";
import type { QueueUnderTest } from "./queue-under-test.ts";

/** The contract of `WorkQueue` and `QueueSource` as vitest tests. `makeQueue` is called for every test. */
export function describeWorkQueue(name: string, makeQueue: () => Promise<QueueUnderTest>): void {
  describe(`work queue: ${name}`, () => {
    let made: QueueUnderTest | undefined;
    const world = (): QueueUnderTest => {
      if (made === undefined) throw new TypeError("The queue is used outside a test.");
      return made;
    };
    beforeEach(async () => {
      made = await makeQueue();
    });
    afterEach(() => made?.dispose?.());

    describe("send", () => queueSends(world));
    describe("receive", () => queueReceives(world));
    describe("backlog", () => queueBacklog(world));
  });
}
