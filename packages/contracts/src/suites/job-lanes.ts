import { jobLane, type ReceivedMessage } from "@stephooks/core";
import { expect, test } from "vitest";
import { idsOf, job, jobOf, jobs, type JobsUnderTest, nextJob, worked } from "./jobs-under-test.ts";
import { type Arrival, silence } from "./queue-under-test.ts";

/** One at a time, in order, within a topic's slot; independently of all others. */
export function jobLanes(world: () => JobsUnderTest): void {
  test("what a receive gives of a lane is its beginning, in order", async () => {
    await world().queue.send(jobs("mail", 5));
    const received = await world().source.receive(10, 0);
    expect(received.length).toBeGreaterThan(0);
    expect(idsOf(received)).toEqual(
      jobs("mail", 5)
        .slice(0, received.length)
        .map((one) => one.job.id),
    );
  });

  test("while a job is out none of its lane comes, nor when another is sent", async () => {
    await world().queue.send(jobs("mail", 3));
    const out = await nextJob(world());
    await silence(world(), 0.3);
    await world().queue.send([job("mail", 4)]);
    await silence(world(), 0.3);
    await world().source.remove([out.receipt]);
    expect(idsOf(await worked(world(), 3))).toEqual(["mail-2", "mail-3", "mail-4"]);
  });

  test("while a job is out the jobs of other topics and of other slots come", async () => {
    await world().queue.send(jobs("mail", 2));
    await nextJob(world());
    await world().queue.send([job("post", 1), { ...job("mail", 7), slot: 1 }]);
    const received = await worked(world(), 2);
    expect(new Set(idsOf(received))).toEqual(new Set(["post-1", "mail-7"]));
    expect(new Set(received.map(({ group }) => group))).toEqual(new Set([jobLane("post", 0), jobLane("mail", 1)]));
    await silence(world(), 0.3);
  });

  test("receivers at the same time get no jobs of the same lane", async () => {
    await world().queue.send(["a", "b", "c", "d", "e"].flatMap((topic) => jobs(topic, 5)));
    const batches = await Promise.all(Array.from({ length: 6 }, () => world().source.receive(2, 0)));
    const groups = batches.flatMap((batch) => [...new Set(batch.map(({ group }) => group))]);
    expect(groups.length).toBeGreaterThan(0);
    expect(new Set(groups).size).toBe(groups.length);
  });

  test("two workers on one queue do every lane's jobs one at a time, in order", async () => {
    const topics = ["a", "b", "c"];
    await world().queue.send(topics.flatMap((topic) => jobs(topic, 12)));
    const done = await workTogether(world(), 36);
    for (const topic of topics) {
      const own = done.filter((message) => jobOf(message).topic === topic);
      expect(idsOf(own)).toEqual(jobs(topic, 12).map((one) => one.job.id));
    }
  });

  returnedJobs(world);
}

/** Two receivers by turns, each with a batch in hand while the other receives; what they removed, in that order. */
async function workTogether(world: JobsUnderTest, count: number): Promise<readonly ReceivedMessage[]> {
  const done: ReceivedMessage[] = [];
  let hand: readonly ReceivedMessage[] = [];
  while (done.length < count) {
    const batch = await world.source.receive(3, 0);
    for (const { group } of batch) expect(hand.map((held) => held.group)).not.toContain(group);
    // With nothing in either hand the queue must give something.
    expect(batch.length + hand.length).toBeGreaterThan(0);
    await world.source.remove(hand.map(({ receipt }) => receipt));
    done.push(...hand);
    hand = batch;
  }
  return done;
}

function returnedJobs(world: () => JobsUnderTest): void {
  test("a postponed job comes back after its time, before those behind it, which wait for it", async () => {
    await world().queue.send(jobs("mail", 3));
    const out = await nextJob(world());
    await world().queue.postpone(out.receipt, 1);
    const again = await nextJob(world());
    expect(again).toMatchObject({ id: out.id, body: out.body, receiveCount: 2 });
    expect(again.arrivedAt - out.arrivedAt).toBeGreaterThanOrEqual(900);
    expect(again.arrivedAt - out.arrivedAt).toBeLessThan(world().visibilityTimeout * 1_000);
    await world().source.remove([again.receipt]);
    expect(idsOf(await worked(world(), 2))).toEqual(["mail-2", "mail-3"]);
  });

  test("a job postponed by 0 s comes back at once, before those behind it", async () => {
    await world().queue.send(jobs("mail", 3));
    await world().queue.postpone((await nextJob(world())).receipt, 0);
    expect(idsOf(await worked(world(), 3))).toEqual(["mail-1", "mail-2", "mail-3"]);
  });

  test("while a job is postponed for longer than the visibility timeout its lane waits, another does not", async () => {
    await world().queue.send([...jobs("mail", 2), ...jobs("post", 1)]);
    const mail = await nextOf(world(), "mail");
    await world().queue.postpone(mail.receipt, world().visibilityTimeout + 1);
    expect(idsOf(await worked(world(), 1))).toEqual(["post-1"]);
    await silence(world(), world().visibilityTimeout + 0.5);
    expect(idsOf(await worked(world(), 2))).toEqual(["mail-1", "mail-2"]);
  });

  test("a job that is not removed comes back after the visibility timeout, before those behind it", async () => {
    await world().queue.send(jobs("mail", 2));
    const out = await nextJob(world());
    const again = await nextJob(world());
    expect(again).toMatchObject({ id: out.id, receiveCount: 2 });
    expect(again.arrivedAt - out.arrivedAt).toBeGreaterThan(world().visibilityTimeout * 1_000 - 100);
    await world().source.remove([again.receipt]);
    expect(idsOf(await worked(world(), 1))).toEqual(["mail-2"]);
  });
}

/** The next job of a topic; the others that come first are left where they are. */
async function nextOf(world: JobsUnderTest, topic: string): Promise<Arrival> {
  for (;;) {
    const message = await nextJob(world);
    if (jobOf(message).topic === topic) return message;
  }
}
