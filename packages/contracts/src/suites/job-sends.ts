import { encodeJob, isCodedError, type Job, jobLane, MAX_JOB_BYTES, type OutgoingJob } from "@stephooks/core";
import { expect, test } from "vitest";
import { idsOf, job, jobOf, jobs, type JobsUnderTest, nextJob, payloadOf, worked } from "./jobs-under-test.ts";
import { oddKeys, oddValues } from "./odd-text.ts";
import { arrival, silence } from "./queue-under-test.ts";

/** What `send` promises, and that jobs arrive as they were sent. */
export function jobSends(world: () => JobsUnderTest): void {
  const send = (...sent: readonly OutgoingJob[]): Promise<void> => world().queue.send(sent);

  test("a sent job arrives as it was sent, once, in its lane", async () => {
    const sent: Job = { id: "j-1", item: "i-1", topic: "mail", payload: { to: ["a", null, 1.5] }, createdAt: 7 };
    await send({ job: sent, slot: 3 });
    const received = await arrival(world());
    expect(received).toMatchObject({ receiveCount: 1, group: jobLane("mail", 3) });
    expect(jobOf(received)).toEqual(sent);
  });

  test("sending nothing is done at once", async () => {
    await send();
    await silence(world(), 0.3);
  });

  test("25 jobs of one call arrive in their order, each once", async () => {
    await send(...jobs("mail", 25));
    const received = await worked(world(), 25);
    expect(idsOf(received)).toEqual(jobs("mail", 25).map((one) => one.job.id));
    expect(new Set(received.map(({ id }) => id)).size).toBe(25);
    await silence(world(), 0.3);
  });

  test("of calls one after the other the jobs arrive in their order", async () => {
    for (const one of jobs("mail", 12)) await send(one);
    expect(idsOf(await worked(world(), 12))).toEqual(jobs("mail", 12).map((one) => one.job.id));
  });

  test("of 40 calls at once no job is lost", async () => {
    await Promise.all(jobs("mail", 40).map((one) => send(one)));
    expect(sorted(idsOf(await worked(world(), 40)))).toEqual(sorted(jobs("mail", 40).map((one) => one.job.id)));
  });

  repeatedSends(world, send);
  oddJobs(world, send);
  largeJobs(world, send);
}

type Send = (...sent: readonly OutgoingJob[]) => Promise<void>;

function repeatedSends(world: () => JobsUnderTest, send: Send): void {
  test("a job that is sent again is not added again: in one call, while it waits, is out, or is done", async () => {
    await send(job("mail", 1), job("mail", 1));
    await send(job("mail", 1), job("mail", 2));
    const first = await nextJob(world());
    await send(job("mail", 1));
    await world().source.remove([first.receipt]);
    await send(job("mail", 1));
    expect(idsOf(await worked(world(), 1))).toEqual(["mail-2"]);
    await silence(world(), 0.3);
  });

  test("jobs of one id that are of another item, or of another topic, are other jobs", async () => {
    const common = { id: "import" };
    await send(job("mail", 1, { ...common, item: "a" }), job("mail", 1, { ...common, item: "b" }));
    await send(job("mail", 1, { ...common, item: "import" }), job("post", 1, { ...common, item: "a" }));
    const received = (await worked(world(), 4)).map(jobOf).map(({ item, topic }) => `${topic} ${item}`);
    expect(sorted(received)).toEqual(["mail a", "mail b", "mail import", "post a"]);
  });

  test("the same job with another payload is the same job", async () => {
    await send(job("mail", 1, { payload: "first" }));
    await send(job("mail", 1, { payload: "second" }));
    expect((await worked(world(), 1)).map((message) => jobOf(message).payload)).toEqual(["first"]);
    await silence(world(), 0.3);
  });
}

function oddJobs(world: () => JobsUnderTest, send: Send): void {
  const texts = Object.entries({ ...oddKeys, "1,000 emoji": "👩‍👩‍👧".repeat(1_000), "code points": "\ufffe\uffff" });

  test.each(texts)("a topic, id and item of odd text arrive as they were sent: %s", async (_name, text) => {
    const sent = [
      job("a", 1, { topic: text }),
      job("b", 2, { id: text, item: "x" }),
      job("c", 3, { id: "x", item: text }),
    ];
    await send(...sent);
    const received = await worked(world(), 3);
    expect(byNumber(received.map(jobOf))).toEqual(sent.map((one) => one.job));
    for (const { group } of received) expect(group).toMatch(legalGroup);
  });

  test("payloads with odd keys and values arrive as they were sent", async () => {
    const values = [...Object.values(oddValues), ...Object.values(oddKeys).map((key) => ({ [key]: 1 }))];
    const sent = values.map((value, index) => job("odd", index, { payload: payloadOf(value) }));
    await send(...sent);
    expect((await worked(world(), sent.length)).map(jobOf)).toEqual(sent.map((one) => one.job));
  });

  test("topics that differ in little have lanes of their own", async () => {
    const topics = ["", " ", "a", "A", "a ", "a.0", "a#0", "é", "e\u0301", "\ud800", "\ud801"];
    await send(...topics.map((topic, index) => job("t", index, { topic })));
    const received = await worked(world(), topics.length);
    expect(new Set(received.map(({ group }) => group)).size).toBe(topics.length);
  });
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const legalGroup = /^[A-Za-z0-9!-/:-@[-`{-~]{1,128}$/;

function largeJobs(world: () => JobsUnderTest, send: Send): void {
  const ofBytes = (number: number, bytes: number): OutgoingJob => {
    const empty = job("large", number, { payload: "" });
    return job("large", number, { payload: "x".repeat(bytes - Buffer.byteLength(encodeJob(empty.job))) });
  };

  test("a job of the largest size arrives as it was sent", async () => {
    const largest = ofBytes(1, MAX_JOB_BYTES);
    await send(largest);
    expect((await worked(world(), 1)).map(jobOf)).toEqual([largest.job]);
  });

  test("a job that is one byte larger rejects with too-large, and nothing of its call is sent", async () => {
    await expect(send(job("large", 1), ofBytes(2, MAX_JOB_BYTES + 1), job("large", 3))).rejects.toSatisfy(
      (error) => isCodedError(error) && error.code === "too-large",
    );
    await silence(world(), 0.3);
  });

  test("jobs that are too large together arrive all the same, in their order", async () => {
    const sent = Array.from({ length: 7 }, (_, index) => ofBytes(index, 330 * 1_024));
    await send(...sent);
    expect(idsOf(await worked(world(), 7))).toEqual(sent.map((one) => one.job.id));
  });
}

function byNumber(received: readonly Job[]): readonly Job[] {
  return received.toSorted((a, b) => numberOf(a) - numberOf(b));
}

function numberOf({ payload }: Job): number {
  return Number(JSON.stringify(payload).replace(/\D/g, ""));
}

function sorted(texts: readonly string[]): readonly string[] {
  return texts.toSorted((a, b) => (a < b ? -1 : 1));
}
