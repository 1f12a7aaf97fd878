import { drivenClock, memoryJobQueue } from "@stephooks/contracts";
import { describeJobQueue } from "@stephooks/contracts/suites";
import type { OutgoingJob } from "@stephooks/core";
import { describe, expect, test } from "vitest";

describeJobQueue("in memory on a driven clock", async () => {
  const clock = drivenClock();
  const queue = memoryJobQueue({ clock, visibilityTimeout: 30 });
  return {
    queue,
    source: queue,
    dead: async () => queue.dead(),
    visibilityTimeout: 30,
    clock,
    pass: async (seconds) => clock.advance(seconds * 1_000),
  };
});

describe("as SQS documents it, the memory queue", () => {
  const jobs = (...numbers: readonly number[]): readonly OutgoingJob[] =>
    numbers.map((number) => ({
      job: { id: `j-${number}`, item: `j-${number}`, topic: "t", payload: number, createdAt: 1 },
      slot: 0,
    }));
  const made = () => {
    const clock = drivenClock();
    return { clock, queue: memoryJobQueue({ clock, visibilityTimeout: 30 }) };
  };

  test("fills a receive with jobs of one lane, and hands out no more of it until all are back or removed", async () => {
    const { clock, queue } = made();
    await queue.send(jobs(1, 2, 3, 4));
    const [one, two, three] = await queue.receive(3, 0);
    await queue.remove([one?.receipt ?? ""]);
    await queue.postpone(two?.receipt ?? "", 0);
    expect(await queue.receive(10, 0)).toEqual([]);
    await queue.postpone(three?.receipt ?? "", 5);
    clock.advance(5_000);
    expect((await queue.receive(10, 0)).map(({ body, receiveCount }) => [JSON.parse(body).p, receiveCount])).toEqual([
      [2, 2],
      [3, 2],
      [4, 1],
    ]);
  });

  test("takes the same job again after five minutes, whatever became of the first", async () => {
    const { clock, queue } = made();
    await queue.send(jobs(1));
    clock.advance(299_999);
    await queue.send(jobs(1, 2));
    expect(queue.messages()).toHaveLength(2);
    clock.advance(1);
    await queue.send(jobs(1, 2));
    expect(queue.messages()).toHaveLength(3);
  });

  test("takes the same job in another slot", async () => {
    const { queue } = made();
    await queue.send(jobs(1));
    await queue.send(jobs(1).map((job) => ({ ...job, slot: 1 })));
    expect(queue.messages()).toHaveLength(2);
  });

  test("refuses to remove by a receipt whose visibility timeout is over", async () => {
    const { clock, queue } = made();
    await queue.send(jobs(1));
    const [received] = await queue.receive(1, 0);
    clock.advance(30_000);
    await queue.remove([received?.receipt ?? ""]);
    expect(await queue.receive(1, 0)).toMatchObject([{ receiveCount: 2 }]);
  });
});
