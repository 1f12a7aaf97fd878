import { describe, expect, test } from "vitest";
import type { Steps, UntypedState } from "../../src/step.ts";
import type { Workflow } from "../../src/workflow.ts";
import type { WorkflowEventName } from "../../src/workflow-event-data.ts";
import { served } from "./served.ts";

const names: readonly WorkflowEventName[] = [
  "workflowStarted",
  "stepStarted",
  "stateUpdated",
  "stepEnqueued",
  "workflowContinued",
  "stepsStateUpdating",
  "completed",
  "cancelled",
  "error",
];

/** Notes every event of a workflow in the order the listeners were called. */
function heard(w: Workflow<UntypedState>): { readonly event: string; readonly data: unknown }[] {
  const events: { event: string; data: unknown }[] = [];
  for (const event of names) w.on(event, (data: unknown) => void events.push({ event, data }));
  return events;
}

const twoSteps: Steps<"one" | "two", UntypedState> = {
  one: async (_state, goto) => goto("two", { one: true }),
  two: async (_state, goto) => goto(null, { two: true }),
};

describe("listeners", () => {
  test("hear of an instance's life in order, with what it is about", async () => {
    const { start, w } = served(twoSteps);
    const events = heard(w);
    await start("i", { given: 1 });
    expect(events.map(({ event }) => event)).toEqual([
      "workflowStarted",
      "stepStarted",
      "stateUpdated",
      "stepEnqueued",
      "stepStarted",
      "stateUpdated",
      "completed",
    ]);
    expect(events.filter(({ event }) => event !== "stepStarted").map(({ data }) => data)).toMatchObject([
      { name: "w", initialState: { given: 1 } },
      { workflowName: "w", instanceId: "i", state: { given: 1, one: true } },
      { workflowName: "w", instanceId: "i", step: "two", stepName: "two" },
      { workflowName: "w", instanceId: "i", state: { given: 1, one: true, two: true } },
      { _id: "i", nextStep: null, given: 1, one: true, two: true },
    ]);
  });

  test("hear of commands and of failures", async () => {
    const { give, settle, start, w } = served(
      { ask: async (state, _goto, wait) => (state["fail"] ? Promise.reject(new Error("no")) : wait()) },
      { maxRetries: 0 },
    );
    const events = heard(w);
    await start("i");
    await give("i", "continue");
    await settle();
    await give("i", "update", { state: { fail: true } });
    await settle();
    await start("cancelled");
    await give("cancelled", "cancel");
    const quiet = ["stateUpdated", "stepStarted"];
    expect(events.map(({ event }) => event).filter((event) => !quiet.includes(event))).toEqual([
      "workflowStarted",
      "workflowContinued",
      "stepsStateUpdating",
      "workflowContinued",
      "error",
      "workflowStarted",
      "cancelled",
    ]);
    const error = events.find(({ event }) => event === "error")?.data;
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ message: "no", workflowName: "w", instanceId: "i", stepName: "ask" });
    expect(events.at(-1)?.data).toMatchObject({ id: "cancelled" });
  });

  test("are awaited, one after the other, before the next step is woken", async () => {
    const order: string[] = [];
    const { start, w, world } = served(twoSteps);
    const slow = (): unknown => Promise.resolve().then(() => order.push("first"));
    w.on("stepEnqueued", slow);
    w.on("stepEnqueued", () => void order.push("second"));
    w.on("stepEnqueued", () => void order.push(`${world.queue.messages().length} in the queue`));
    await start("i");
    // The one in the queue is the message in hand, which is deleted last.
    expect(order).toEqual(["first", "second", "1 in the queue"]);
  });

  test("that throw or reject harm nobody", async () => {
    const after: string[] = [];
    const rejecting = (): unknown => Promise.reject(new Error("a careless async listener"));
    const { shown, start, w } = served(twoSteps);
    for (const event of names) {
      w.on(event, () => {
        throw new Error("a careless listener");
      });
      w.on(event, rejecting);
      w.on(event, () => {
        throw Object.create(null);
      });
      w.on(event, () => void after.push(event));
    }
    await start("i");
    expect(await shown("i")).toMatchObject({ status: "completed" });
    const life = ["stepStarted", "stateUpdated", "stepEnqueued", "stepStarted", "stateUpdated", "completed"];
    expect(after).toEqual(["workflowStarted", ...life]);
  });

  test("are not needed for errors: a failing step does not end the process", async () => {
    const { shown, start } = served({ only: async () => Promise.reject(new Error("no")) }, { maxRetries: 0 });
    await start("i");
    expect(await shown("i")).toMatchObject({ status: "failed", error: { message: "no" } });
  });

  test("hear completed once, in the winner, whoever else ran the same step", async () => {
    const completed: unknown[] = [];
    let ran = 0;
    const entered = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const { shown, w, world } = served({
      only: async (_state, goto) => {
        ran += 1;
        if (ran === 1) {
          entered.resolve();
          await release.promise;
        }
        await goto(null, { by: ran });
      },
    });
    w.on("completed", (document: unknown) => void completed.push(document));
    await w.start({}, { id: "i" });
    const slow = world.deliver();
    await entered.promise;
    world.queue.expireVisibility();
    await world.deliver();
    release.resolve();
    await slow;
    await world.run();
    expect(ran).toBe(2);
    expect(completed).toHaveLength(1);
    expect(await shown("i")).toMatchObject({ status: "completed" });
  });

  test("hear once with once, and no more after off", async () => {
    const calls: string[] = [];
    const { start, w } = served(twoSteps);
    const always = (): void => void calls.push("on");
    w.once("completed", () => void calls.push("once"));
    w.on("completed", always);
    await start("a");
    await start("b");
    w.off("completed", always);
    await start("c");
    expect(calls).toEqual(["once", "on", "on"]);
  });

  test("hear of a fan-out with the list of its steps", async () => {
    const { start, w } = served({
      begin: async (_state, goto) => goto(["a", "b"]),
      a: async (_state, goto) => goto(null),
      b: async (_state, goto) => goto(null),
    });
    const events = heard(w);
    await start("i");
    expect(events.filter(({ event }) => event === "stepEnqueued")).toMatchObject([{ data: { step: ["a", "b"] } }]);
    expect(events.filter(({ event }) => event === "completed")).toHaveLength(1);
  });
});
