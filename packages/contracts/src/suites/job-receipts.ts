import { isCodedError } from "@stephooks/core";
import { expect, test } from "vitest";
import { idsOf, job, jobs, type JobsUnderTest, worked } from "./jobs-under-test.ts";
import { arrival, silence } from "./queue-under-test.ts";

/** What receipts do, and what they do no more once their receive is over. */
export function jobReceipts(world: () => JobsUnderTest): void {
  const sendOne = (): Promise<void> => world().queue.send([job("mail", 1)]);

  test("a removed job does not come back", async () => {
    await sendOne();
    await world().source.remove([(await arrival(world())).receipt]);
    await silence(world(), world().visibilityTimeout + 0.5);
  });

  test("12 jobs of 12 lanes are removed in one call", async () => {
    await world().queue.send(Array.from({ length: 12 }, (_, slot) => ({ ...job("mail", slot), slot })));
    const received = [...(await world().source.receive(10, 0)), ...(await world().source.receive(10, 0))];
    expect(received).toHaveLength(12);
    await world().source.remove(received.map(({ receipt }) => receipt));
    await silence(world(), world().visibilityTimeout + 0.5);
  });

  test("an older receive's receipt removes nothing and postpones nothing, and is no failure", async () => {
    await sendOne();
    const old = await arrival(world());
    // Its visibility timeout passes.
    const again = await arrival(world());
    expect(again.id).toBe(old.id);
    await world().source.remove([old.receipt]);
    await world().queue.postpone(old.receipt, 0);
    await silence(world(), 0.3);
    await world().queue.postpone(again.receipt, 0);
    expect(idsOf(await worked(world(), 1))).toEqual(["mail-1"]);
  });

  test("a receipt of a job that was put back removes nothing and postpones nothing", async () => {
    await sendOne();
    const { receipt } = await arrival(world());
    await world().queue.postpone(receipt, 0);
    await world().source.remove([receipt]);
    await world().queue.postpone(receipt, 900);
    expect(idsOf(await worked(world(), 1))).toEqual(["mail-1"]);
  });

  test("a stale receipt among others does not keep them from being removed", async () => {
    await world().queue.send([job("mail", 1), job("post", 1)]);
    const received = await world().source.receive(10, 0);
    expect(received).toHaveLength(2);
    const [one, other] = received;
    await world().queue.postpone(one?.receipt ?? "", 0);
    await world().source.remove([one?.receipt ?? "", other?.receipt ?? ""]);
    await world().source.remove([(await arrival(world())).receipt]);
    await silence(world(), world().visibilityTimeout + 0.5);
  });

  test("postponing a job that was removed is no failure and does not bring it back", async () => {
    await sendOne();
    const { receipt } = await arrival(world());
    await world().source.remove([receipt]);
    await expect(world().queue.postpone(receipt, 0)).resolves.toBeUndefined();
    await silence(world(), 0.3);
  });

  refusedCalls(world);
}

function refusedCalls(world: () => JobsUnderTest): void {
  test.each([-1, 1.5, 43_201, Number.NaN])("postponing by %d s rejects with invalid", async (seconds) => {
    await expect(world().queue.postpone("receipt", seconds)).rejects.toSatisfy(isInvalid);
  });

  test.each([0, 11])("a receive of %d jobs rejects with invalid", async (maximum) => {
    await expect(world().source.receive(maximum, 0)).rejects.toSatisfy(isInvalid);
  });

  test("no more jobs are handed out than were asked for", async () => {
    await world().queue.send(["a", "b", "c"].flatMap((topic) => jobs(topic, 2)));
    expect(await world().source.receive(2, 0)).toHaveLength(2);
  });
}

function isInvalid(error: unknown): boolean {
  return isCodedError(error) && error.code === "invalid";
}
