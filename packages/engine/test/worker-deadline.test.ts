import { expect, test } from "vitest";
import type { StepFunction } from "../src/step-function.ts";
import { createWorker } from "../src/worker.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { bench, everythingThatCan, settings } from "./support/bench.ts";

test("a batch with a step that never settles leaves exactly its message when the time is over", async () => {
  const hang: StepFunction = (state, goto) => ("hang" in state ? new Promise(() => {}) : goto(null));
  const world = bench(defineWorkflow("orders", "", { hang }));
  await world.start({ hang: true }, "slow");
  await world.start({}, "quick");
  const kept = world.deliver(40_000);
  await everythingThatCan();
  world.clock.advance(39_999);
  world.clock.advance(1);
  expect(await kept).toEqual(["m1"]);
  expect([world.head("slow").seq, world.head("quick").status]).toEqual([0, "completed"]);
});

test("a batch received when no time is left keeps every message that is not done at once", async () => {
  const world = bench(defineWorkflow("orders", "", { hang: () => new Promise(() => {}) }));
  await world.start({}, "slow");
  const kept = world.deliver(-5);
  await everythingThatCan();
  world.clock.advance(0);
  expect(await kept).toEqual(["m1"]);
});

test("a batch that is done leaves no timer behind, neither its own nor that of a step", async () => {
  const end: StepFunction = (_state, goto) => goto(null);
  const workflow = defineWorkflow("orders", "", { end });
  const world = bench(workflow);
  const open = new Set<() => void>();
  const clock: typeof world.ports.clock = {
    now: () => world.clock.now(),
    timer: (milliseconds, fire) => {
      const cancel = world.clock.timer(milliseconds, fire);
      open.add(cancel);
      return () => {
        open.delete(cancel);
        cancel();
      };
    },
  };
  const worker = createWorker({
    ports: { ...world.ports, clock },
    definitions: new Map([["orders", workflow]]),
    settings,
  });
  await world.start({}, "order-1");
  expect(await worker.work(await world.queue.receive(10, 0), 58_000)).toEqual([]);
  expect(world.head("order-1").status).toBe("completed");
  expect(open.size).toBe(0);
});
