import type { MemoryInstanceStore } from "@stephooks/contracts";
import { type HeadCondition, type HeadUpdate, type InstanceStore, PortError } from "@stephooks/core";
import { expect, test } from "vitest";
import type { StepFunction } from "../src/step-function.ts";
import { createWorker } from "../src/worker.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { bench, settings } from "./support/bench.ts";

/** A store whose items have no byte left once two branches have reported. */
function fullAfterTwo(store: MemoryInstanceStore): InstanceStore {
  return {
    read: (ids) => store.read(ids),
    create: (head) => store.create(head),
    update: async (id: string, update: HeadUpdate, condition: HeadCondition) => {
      const reported = store.heads().find((head) => head.id === id)?.results?.size ?? 0;
      if (update.result && reported >= 2) throw new PortError("too-large", "Item size has exceeded 400 KB.");
      return store.update(id, update, condition);
    },
  };
}

test("where not even the reason of a failed branch fits any more the instance fails, and no body runs again", async () => {
  const ran: string[] = [];
  const branch: StepFunction = (_state, goto, _wait, { step }) => {
    ran.push(step);
    return goto("after", { [step]: "x" });
  };
  const steps = ["one", "two", "three", "four"] as const;
  const workflow = defineWorkflow(
    "orders",
    "",
    {
      fork: (_state: object, goto: Parameters<StepFunction>[1]) => goto(steps, {}, { join: "allSettled" }),
      ...Object.fromEntries(steps.map((step) => [step, branch])),
      after: (_state: object, goto: Parameters<StepFunction>[1]) => goto(null),
    },
    { onError: "after" },
  );
  const heard: string[] = [];
  const world = bench(workflow);
  const worker = createWorker({
    ports: { ...world.ports, instances: fullAfterTwo(world.store) },
    definitions: new Map([["orders", workflow]]),
    settings,
    listener: async ({ after }) => void heard.push(after.status),
  });
  await world.start({ kept: 1 }, "order-1");
  for (let minute = 0; minute < 30; minute++) {
    const batch = await world.queue.receive(10, 0);
    const kept = await worker.work(batch, 58_000);
    await world.queue.remove(batch.filter(({ id }) => !kept.includes(id)).map(({ receipt }) => receipt));
    world.clock.advance(60_000);
  }
  expect(world.head("order-1")).toMatchObject({ status: "failed", error: { code: "state-too-large" } });
  expect(world.head("order-1")).not.toHaveProperty("results");
  expect(ran.toSorted()).toEqual([...steps].toSorted());
  expect(world.held()).toEqual([]);
  expect(heard).toEqual(["joining", "failed"]);
});
