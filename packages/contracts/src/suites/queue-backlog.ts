import { expect, test } from "vitest";
import { arrival, type QueueUnderTest, wake } from "./queue-under-test.ts";

/** A broker counts within this, milliseconds. */
const settled = { timeout: 10_000 };

/** What `backlog` promises: about how many messages wait to be received now. */
export function queueBacklog(world: () => QueueUnderTest): void {
  const backlog = (): Promise<number> => world().queue.backlog();

  test("an empty queue has none", async () => {
    expect(await backlog()).toBe(0);
  });

  test("counts sent messages, not delayed ones, until they are received", async () => {
    await world().queue.send([
      { message: wake(1), delaySeconds: 0 },
      { message: wake(2), delaySeconds: 900 },
    ]);
    await expect.poll(backlog, settled).toBe(1);
    const { receipt } = await arrival(world());
    await expect.poll(backlog, settled).toBe(0);
    await world().source.remove([receipt]);
    expect(await backlog()).toBe(0);
  });

  test("counts a received message again once it shows again", async () => {
    await world().queue.send([{ message: wake(1), delaySeconds: 0 }]);
    await world().queue.postpone((await arrival(world())).receipt, 0);
    await expect.poll(backlog, settled).toBe(1);
  });
}
