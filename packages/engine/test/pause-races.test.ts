import type { Interceptor, PortOperation } from "@stephooks/contracts";
import { PortError } from "@stephooks/core";
import { expect, test } from "vitest";
import type { StepFunction } from "../src/step-function.ts";
import { continueInstance, updateInstance } from "../src/update-instance.ts";
import type { Bench } from "./support/bench.ts";
import { pause, resume, statusOf, twoSteps } from "./support/paused.ts";

interface Between {
  /** Happens once, around the first call of this operation that comes after it was armed. */
  readonly intercept: Interceptor;
  arm(operation: PortOperation, when: "before" | "lost-answer", act: () => unknown): void;
}

/** Lets something happen right before a call, or right after one whose answer is then lost. */
function between(): Between {
  let armed: { operation: PortOperation; when: "before" | "lost-answer"; act: () => unknown } | undefined;
  return {
    arm: (operation, when, act) => void (armed = { operation, when, act }),
    intercept: async (operation, perform) => {
      const now = armed;
      if (now?.operation !== operation) return perform();
      armed = undefined;
      if (now.when === "before") {
        await now.act();
        return perform();
      }
      await perform();
      await now.act();
      throw new PortError("unavailable", "the answer got lost");
    },
  };
}

/** Waits in its first execution. */
function waitsFirst(): StepFunction {
  let executions = 0;
  return (_state, goto, wait) => {
    executions += 1;
    return executions === 1 ? wait() : goto("two");
  };
}

/** Sends the message of a `continue`; the caller dies before its write, so a worker will apply it. */
async function commandWithoutItsWrite({ ports }: Bench, arm: Between["arm"]): Promise<void> {
  arm("update", "before", () => {
    throw new PortError("throttled", "the caller gets no further");
  });
  await expect(continueInstance("order-1", ports)).rejects.toThrow("the caller gets no further");
}

test("a pause whose answer got lost is not repeated when somebody has resumed since", async () => {
  const { arm, intercept } = between();
  const { runs, world } = twoSteps(undefined, {}, { intercept });
  await world.start({}, "order-1");
  arm("update", "lost-answer", () => resume(world));
  await pause(world);
  expect(world.head("order-1").endedPauses).toHaveLength(1);
  await world.settle();
  expect([runs.length, statusOf(world)]).toEqual([2, "completed"]);
});

test("a pause whose answer got lost, and which is in force, is not begun a second time", async () => {
  const { arm, intercept } = between();
  const { world } = twoSteps(undefined, {}, { intercept });
  await world.start({}, "order-1");
  arm("update", "lost-answer", () => {});
  const { pauseId } = await pause(world);
  expect(world.head("order-1").pauseId).toBe(pauseId);
  expect(world.calls.filter((call) => call === "update")).toHaveLength(1);
});

test("an inline chain does not go on when a pause came before the late answer of its commit", async () => {
  const { arm, intercept } = between();
  const { runs, world } = twoSteps(undefined, { inline: true, timeout: "10s" }, { intercept });
  await world.start({}, "order-1");
  arm("update", "lost-answer", () => pause(world));
  await world.settle();
  expect([runs, statusOf(world), world.held()]).toEqual([["order-1/1"], "paused", []]);
  await resume(world);
  await world.settle();
  expect([runs, statusOf(world)]).toEqual([["order-1/1", "order-1/2"], "completed"]);
});

test("a command that is applied after a pause began runs nothing before the resume", async () => {
  const { arm, intercept } = between();
  const { runs, world } = twoSteps(waitsFirst(), {}, { intercept });
  await world.start({}, "order-1");
  await world.settle();
  await commandWithoutItsWrite(world, arm);
  arm("update", "before", () => pause(world));
  await world.settle();
  expect([runs.length, statusOf(world), world.held()]).toEqual([1, "paused", []]);
  await resume(world);
  await world.settle();
  expect([runs.length, statusOf(world)]).toEqual([3, "completed"]);
});

test("a suspect's start mark is not written into a pause, and its step waits for the resume", async () => {
  const { arm, intercept } = between();
  const { runs, world } = twoSteps(undefined, {}, { intercept });
  await world.start({}, "order-1");
  world.inject({ kind: "wake", instance: "order-1", token: 0, dutiesDone: true, suspect: true });
  await world.queue.remove((await world.queue.receive(1, 0)).map(({ receipt }) => receipt));
  arm("update", "before", () => pause(world));
  expect(await world.deliver()).toHaveLength(1);
  expect([runs, statusOf(world)]).toEqual([[], "paused"]);
});

test("a command that had to be applied again, some seconds later, runs its step at once", async () => {
  const { arm, intercept } = between();
  const { runs, world } = twoSteps(waitsFirst(), {}, { intercept });
  await world.start({}, "order-1");
  await world.settle();
  await commandWithoutItsWrite(world, arm);
  arm("update", "before", async () => {
    world.clock.advance(5_000);
    await updateInstance("order-1", { patched: true }, false, world.ports);
  });
  expect(await world.deliver()).toEqual([]);
  expect(runs).toHaveLength(2);
});
