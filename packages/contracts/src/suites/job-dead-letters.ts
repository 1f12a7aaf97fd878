import { type DeadJob, encodeJob, isCodedError, MAX_JOB_BYTES, parseDeadJob } from "@stephooks/core";
import { expect, test } from "vitest";
import { idsOf, job, type JobsUnderTest, nextJob, worked } from "./jobs-under-test.ts";
import { oddKeys } from "./odd-text.ts";

/** What is kept of a job that is given up. */
export function jobDeadLetters(world: () => JobsUnderTest): void {
  const dead = (changes: Partial<DeadJob> = {}): DeadJob => ({
    job: job("mail", 1).job,
    attempts: 3,
    code: "TypeError",
    reason: "x is not a function",
    diedAt: 9,
    ...changes,
  });
  const buried = async (): Promise<readonly (DeadJob | undefined)[]> => (await world().dead()).map(parseDeadJob);

  test("a buried job is in the dead-letter queue with its reason, and its received one is still to be removed", async () => {
    await world().queue.send([job("mail", 1), job("mail", 2)]);
    const { receipt } = await nextJob(world());
    await world().queue.bury(dead());
    expect(await buried()).toEqual([dead()]);
    await world().queue.postpone(receipt, 0);
    expect(idsOf(await worked(world(), 2))).toEqual(["mail-1", "mail-2"]);
  });

  test("a second death of the same job is a second dead letter, a death that is told twice is one", async () => {
    await world().queue.bury(dead({ diedAt: 1 }));
    await world().queue.bury(dead({ diedAt: 1 }));
    await world().queue.bury(dead({ diedAt: 2 }));
    expect(await buried()).toEqual([dead({ diedAt: 1 }), dead({ diedAt: 2 })]);
  });

  test.each(Object.entries(oddKeys))("odd text is kept in topic, payload, code and reason: %s", async (_name, text) => {
    const short = text.slice(0, 250);
    const sent = dead({ job: job("mail", 1, { topic: text, payload: text }).job, code: short, reason: text });
    await world().queue.bury(sent);
    expect(await buried()).toEqual([sent]);
  });

  test.each(["x", "\u0000", "é", "👩‍👩‍👧", "\udc00", '"'])(
    "code and reason are cut when they are too long: %j",
    async (text) => {
      const empty = encodeJob(job("mail", 1, { payload: "" }).job);
      const largest = job("mail", 1, { payload: "x".repeat(MAX_JOB_BYTES - Buffer.byteLength(empty)) }).job;
      const long = text.repeat(100_000);
      await world().queue.bury(dead({ job: largest, code: long, reason: long, attempts: Number.MAX_SAFE_INTEGER }));
      const [body = ""] = await world().dead();
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(1_048_576);
      const found = parseDeadJob(body);
      expect(found?.job).toEqual(largest);
      for (const cut of [found?.code ?? "", found?.reason ?? ""]) {
        expect(cut.length).toBeGreaterThan(30);
        expect(long.startsWith(cut)).toBe(true);
        expect(cut.isWellFormed()).toBe(text.isWellFormed());
      }
      expect(found?.reason.length).toBeGreaterThan(1_000);
    },
  );

  test("a job that no queue would take rejects with too-large", async () => {
    const large = job("mail", 1, { payload: "x".repeat(MAX_JOB_BYTES) }).job;
    await expect(world().queue.bury(dead({ job: large }))).rejects.toSatisfy(
      (error) => isCodedError(error) && error.code === "too-large",
    );
    expect(await buried()).toEqual([]);
  });
}
