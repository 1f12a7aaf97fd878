import { isCodedError } from "@stephooks/core";
import { expect, test } from "vitest";
import { arrival, arrivals, type QueueUnderTest, silence, wake } from "./queue-under-test.ts";

/** What a queue promises about time, receipts and dead letters. */
export function queueReceives(world: () => QueueUnderTest): void {
  const sendOne = (delaySeconds = 0): Promise<void> => world().queue.send([{ message: wake(1), delaySeconds }]);

  test("a delayed message arrives after its delay, not before", async () => {
    const sentAt = world().clock.now();
    await sendOne(2);
    expect((await arrival(world())).arrivedAt - sentAt).toBeGreaterThanOrEqual(2_000);
  });

  test("delays of one call are kept apart", async () => {
    await world().queue.send([
      { message: wake(1), delaySeconds: 1 },
      { message: wake(0), delaySeconds: 0 },
    ]);
    const [first, second] = await arrivals(world(), 2);
    expect([first?.body, second?.body]).toEqual([expect.stringContaining('"k":0'), expect.stringContaining('"k":1')]);
  });

  test("a message that is not removed comes back after the visibility timeout, with count 2 and the same id", async () => {
    await sendOne();
    const first = await arrival(world());
    const second = await arrival(world());
    expect(second).toMatchObject({ id: first.id, body: first.body, receiveCount: 2 });
    expect(second.arrivedAt - first.arrivedAt).toBeGreaterThan(world().visibilityTimeout * 1_000 - 100);
  });

  test("receivers at the same time do not get the same message", async () => {
    await world().queue.send(Array.from({ length: 30 }, (_, token) => ({ message: wake(token), delaySeconds: 0 })));
    const batches = await Promise.all(Array.from({ length: 6 }, () => world().source.receive(10, 0)));
    const ids = batches.flat().map(({ id }) => id);
    expect(ids).toHaveLength(30);
    expect(new Set(ids).size).toBe(30);
  });

  test.each([0, 11])("a receive of %d messages rejects with invalid", async (maximum) => {
    await expect(world().source.receive(maximum, 0)).rejects.toSatisfy(isInvalid);
  });

  test("no more messages are handed out than were asked for", async () => {
    await world().queue.send(Array.from({ length: 5 }, (_, token) => ({ message: wake(token), delaySeconds: 0 })));
    expect(await world().source.receive(3, 0)).toHaveLength(3);
  });

  removedMessages(world, sendOne);
  postponedMessages(world, sendOne);
  deadLetters(world, sendOne);
}

function removedMessages(world: () => QueueUnderTest, sendOne: () => Promise<void>): void {
  test("a removed message does not come back", async () => {
    await sendOne();
    const { receipt } = await arrival(world());
    await world().source.remove([receipt]);
    await silence(world(), world().visibilityTimeout + 0.5);
  });

  test("25 messages are removed in one call", async () => {
    await world().queue.send(Array.from({ length: 25 }, (_, token) => ({ message: wake(token), delaySeconds: 0 })));
    const received = await arrivals(world(), 25);
    await world().source.remove(received.map(({ receipt }) => receipt));
    await silence(world(), world().visibilityTimeout + 0.5);
  });

  test("removing nothing is done at once", async () => {
    await expect(world().source.remove([])).resolves.toBeUndefined();
  });

  test("an older receive's receipt removes nothing", async () => {
    await sendOne();
    const first = await arrival(world());
    await world().queue.postpone(first.receipt, 0);
    const second = await arrival(world());
    await world().source.remove([first.receipt]);
    await world().queue.postpone(second.receipt, 0);
    expect(await arrival(world())).toMatchObject({ id: first.id });
  });
}

function isInvalid(error: unknown): boolean {
  return isCodedError(error) && error.code === "invalid";
}

function postponedMessages(world: () => QueueUnderTest, sendOne: () => Promise<void>): void {
  test("a message postponed by 0 s comes back at once, with count 2", async () => {
    await sendOne();
    const first = await arrival(world());
    await world().queue.postpone(first.receipt, 0);
    const second = await arrival(world());
    expect(second).toMatchObject({ id: first.id, receiveCount: 2 });
    expect(second.arrivedAt - first.arrivedAt).toBeLessThan(world().visibilityTimeout * 1_000);
  });

  test("a message postponed by 1 s comes back before the visibility timeout", async () => {
    await sendOne();
    const first = await arrival(world());
    await world().queue.postpone(first.receipt, 1);
    const waited = (await arrival(world())).arrivedAt - first.arrivedAt;
    expect(waited).toBeGreaterThanOrEqual(900);
    expect(waited).toBeLessThan(world().visibilityTimeout * 1_000);
  });

  test("a message postponed by more than the visibility timeout stays hidden for longer", async () => {
    await sendOne();
    const seconds = world().visibilityTimeout + 1;
    const first = await arrival(world());
    await world().queue.postpone(first.receipt, seconds);
    expect((await arrival(world())).arrivedAt - first.arrivedAt).toBeGreaterThan(seconds * 1_000 - 100);
  });

  test("postponing a message that shows again does not hide it", async () => {
    await sendOne();
    const { id, receipt } = await arrival(world());
    await world().queue.postpone(receipt, 0);
    await world().queue.postpone(receipt, 43_200);
    expect(await arrival(world())).toMatchObject({ id, receiveCount: 2 });
  });

  test("an older receive's receipt postpones nothing", async () => {
    await sendOne();
    const { receipt } = await arrival(world());
    await world().queue.postpone(receipt, 0);
    await arrival(world());
    await world().queue.postpone(receipt, 0);
    await silence(world(), 0.5);
  });

  test.each([-1, 1.5, 43_201, Number.NaN])("postponing by %d s rejects with invalid", async (seconds) => {
    await expect(world().queue.postpone("receipt", seconds)).rejects.toSatisfy(isInvalid);
  });

  test("postponing a message that was removed is no failure and does not bring it back", async () => {
    await sendOne();
    const { receipt } = await arrival(world());
    await world().source.remove([receipt]);
    await expect(world().queue.postpone(receipt, 0)).resolves.toBeUndefined();
    await silence(world(), 0.5);
  });
}

function deadLetters(world: () => QueueUnderTest, sendOne: () => Promise<void>): void {
  test("a message received as often as allowed goes to the dead letters and never comes back", async () => {
    await sendOne();
    for (let count = 1; count <= world().maxReceiveCount; count += 1) {
      const received = await arrival(world());
      expect(received.receiveCount).toBe(count);
      await world().queue.postpone(received.receipt, 0);
    }
    await silence(world(), 0.5);
    const [dead] = await arrivals(world(), 1, 5, world().deadLetters);
    expect(dead?.body).toContain('"k":1');
    // SQS counts the receives of all queues together.
    expect(dead?.receiveCount).toBeGreaterThan(world().maxReceiveCount);
  });

  test("a message removed in its last receive is no dead letter", async () => {
    await sendOne();
    for (let count = 1; count < world().maxReceiveCount; count += 1) {
      await world().queue.postpone((await arrival(world())).receipt, 0);
    }
    await world().source.remove([(await arrival(world())).receipt]);
    await silence(world(), world().visibilityTimeout + 0.5);
    expect(await world().deadLetters.receive(10, 0)).toEqual([]);
  });
}
