import { describe, expect, test } from "vitest";
import type { StepFunction } from "../src/step-function.ts";
import { continueInstance } from "../src/update-instance.ts";
import { type BenchOptions, failing, START } from "./support/bench.ts";
import { pause, resume, statusOf, twoSteps, unpauseOf } from "./support/paused.ts";

const MINUTE = 60_000;

describe("resume", () => {
  test("of an instance that is not paused is refused", async () => {
    const { world } = twoSteps();
    await world.start({}, "order-1");
    await expect(resume(world)).rejects.toMatchObject({ code: "not-paused" });
  });

  test("whose caller dies before the write takes effect by its message (A15)", async () => {
    const { runs, world } = twoSteps(undefined, {}, { intercept: failing("update", [3]) });
    await world.start({}, "order-1");
    await pause(world);
    await world.settle();
    await expect(resume(world)).rejects.toThrow("injected");
    expect(world.head("order-1").pauseId).toBeDefined();
    await world.settle();
    expect([runs.length, statusOf(world)]).toEqual([2, "completed"]);
  });

  test("that comes late does not end a later pause (A15)", async () => {
    const { runs, world } = twoSteps();
    await world.start({}, "order-1");
    await pause(world);
    const late = unpauseOf(world);
    await world.settle();
    await resume(world);
    await pause(world);
    world.inject(late);
    await world.settle();
    expect([runs, statusOf(world)]).toEqual([[], "paused"]);
    await resume(world);
    await world.settle();
    expect([runs.length, statusOf(world)]).toEqual([2, "completed"]);
  });

  test("wakes what a body committed that had begun before the pause, and whose process died before its send (A15)", async () => {
    const begun: StepFunction = async (_state, goto) => {
      await pause(world);
      // The message becomes visible while its holder still runs: another worker sees the pause and deletes it.
      world.clock.advance(91_000);
      await world.deliver();
      return goto("two");
    };
    const { runs, world } = twoSteps(begun, { timeout: 300_000 }, { intercept: failing("send", [2]) });
    await world.start({}, "order-1");
    await world.deliver(300_000);
    expect(world.head("order-1")).toMatchObject({ seq: 1, token: 1, heldToken: 0 });
    expect(world.held()).toEqual([]);
    await resume(world);
    // A predecessor is put back first: its successor may be on its way.
    for (let minute = 0; minute < 5; minute++) await world.pass(MINUTE);
    expect([runs, statusOf(world)]).toEqual([["order-1/1", "order-1/2"], "completed"]);
  });

  test("loses no message that the pause takes between its read and its write", async () => {
    let armed = false;
    const meanwhile: BenchOptions["intercept"] = async (operation, perform) => {
      if (operation === "update" && armed) {
        armed = false;
        const taken = await world.queue.receive(1, 0);
        await world.store.update("order-1", { set: { heldToken: 0 } }, { statusIn: ["runnable"] });
        await world.queue.remove(taken.map(({ receipt }) => receipt));
      }
      return perform();
    };
    const { runs, world } = twoSteps(undefined, {}, { intercept: meanwhile });
    await world.start({}, "order-1");
    await pause(world);
    armed = true;
    await resume(world);
    await world.settle();
    expect([runs, statusOf(world)]).toEqual([["order-1/1", "order-1/2"], "completed"]);
  });

  test("given twice at once resumes once", async () => {
    const { runs, world } = twoSteps();
    await world.start({}, "order-1");
    await pause(world);
    await world.settle();
    const answers = await Promise.allSettled([resume(world), resume(world)]);
    expect(answers.map(({ status }) => status)).toContain("fulfilled");
    await world.settle();
    expect([runs, statusOf(world)]).toEqual([["order-1/1", "order-1/2"], "completed"]);
  });

  test("of an instance that is blocked, too, does both", async () => {
    const { world } = twoSteps();
    await world.start({}, "order-1");
    await world.store.update("order-1", { set: { status: "blocked" } }, { statusIn: ["runnable"] });
    await pause(world);
    expect(await resume(world)).toMatchObject({ status: "runnable", seq: 1 });
    await world.settle();
    expect(statusOf(world)).toBe("completed");
  });

  test("among the dead letters is sent again while its pause is in force", async () => {
    const { world } = twoSteps();
    await world.start({}, "order-1");
    await pause(world);
    await world.settle();
    const message = unpauseOf(world);
    world.deadLetters.inject(JSON.stringify({ v: 1, q: "u", i: "order-1", c: message.pauseId }));
    expect(await world.drain()).toEqual([]);
    await world.settle();
    expect(statusOf(world)).toBe("completed");
  });

  test("lets a continue that was given meanwhile run once", async () => {
    const { runs, world } = twoSteps((_state, goto, wait) => (runs.length === 1 ? wait() : goto("two")));
    await world.start({}, "order-1");
    await world.settle();
    await pause(world);
    await continueInstance("order-1", world.ports);
    await resume(world);
    await world.settle();
    expect(runs).toEqual(["order-1/1", "order-1/2", "order-1/3"]);
    expect(world.clock.now()).toBe(START);
  });
});
