import { afterEach, beforeEach, describe } from "vitest";
import { jobDeadLetters } from "./job-dead-letters.ts";
import { jobLanes } from "./job-lanes.ts";
import { jobReceipts } from "./job-receipts.ts";
import { jobSends } from "./job-sends.ts";
import type { JobsUnderTest } from "./jobs-under-test.ts";

/** The contract of `JobQueue` and of its `QueueSource` as vitest tests. `makeQueue` is called for every test. */
export function describeJobQueue(name: string, makeQueue: () => Promise<JobsUnderTest>): void {
  describe(`job queue: ${name}`, () => {
    let made: JobsUnderTest | undefined;
    const world = (): JobsUnderTest => {
      if (made === undefined) throw new TypeError("The queue is used outside a test.");
      return made;
    };
    beforeEach(async () => {
      made = await makeQueue();
    });
    afterEach(() => made?.dispose?.());

    describe("send", () => jobSends(world));
    describe("lanes", () => jobLanes(world));
    describe("receipts", () => jobReceipts(world));
    describe("bury", () => jobDeadLetters(world));
  });
}
