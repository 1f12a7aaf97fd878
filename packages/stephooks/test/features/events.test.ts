import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import type { Steps, UntypedState } from "../../src/step.ts";
import { listening } from "./listening.ts";
import { served } from "./served.ts";

const two: Steps<"one" | "two", UntypedState> = {
  one: async (_state, goto) => goto("two", { one: true }),
  two: async (_state, goto) => goto(null, { two: true }),
};

const ask: Steps<"ask", UntypedState> = {
  ask: async (state, goto, wait) => (state["answer"] ? goto(null) : wait({ asked: true })),
};

const place = { workflowName: "w", instanceId: "i" };

describe("workflowCreated", () => {
  test("is heard by listeners added right after the workflow was created", async () => {
    const heard: unknown[] = [];
    const w = createApp().createWorkflow("w", "Under test", two);
    w.on("workflowCreated", (data) => void heard.push(data));
    expect(heard).toEqual([]);
    await Promise.resolve();
    expect(heard).toEqual([{ name: "w", description: "Under test" }]);
  });
});

describe("workflowStarted", () => {
  test("is told of a new instance, with the state as it was given", async () => {
    const { heard, start } = listening("workflowStarted", two);
    await start("i", { given: 1 });
    expect(heard).toEqual([{ ...place, name: "w", initialState: { _id: "i", given: 1 } }]);
  });

  test("is not told of a second start with the same id", async () => {
    const { heard, start } = listening("workflowStarted", ask);
    await start("i");
    await start("i");
    expect(heard).toHaveLength(1);
  });

  test("is told to the listeners of the workflow that was started by its name", async () => {
    const app = createApp();
    const { heard, w } = listening("workflowStarted", ask);
    app.createWorkflow("other", "Other", ask);
    await w.start("w", {}, { id: "i" });
    expect(heard).toMatchObject([{ name: "w", instanceId: "i" }]);
  });
});

describe("stepStarted", () => {
  test("comes before every attempt of every body, with the state that it gets", async () => {
    const order: string[] = [];
    const { heard, start, advance, w } = listening("stepStarted", {
      one: async (_state, goto, _wait, { attempt }) => {
        order.push(`body ${attempt}`);
        if (attempt === 1) throw new Error("once");
        await goto("two", { one: true });
      },
      two: async (_state, goto) => goto(null),
    });
    w.on("stepStarted", async ({ attempt, step }) => {
      await Promise.resolve();
      order.push(`${step} ${attempt}`);
    });
    await start("i", { given: 1 });
    await advance("1m");
    expect(heard).toMatchObject([
      { ...place, step: "one", stepName: "one", attempt: 1, state: { given: 1, _id: "i", instanceId: "i" } },
      { ...place, step: "one", attempt: 2 },
      { ...place, step: "two", attempt: 1, state: { given: 1, one: true } },
    ]);
    expect(order).toEqual(["one 1", "body 1", "one 2", "body 2", "two 1"]);
  });

  test("comes before the body of a branch, of a step configured later, and of a stubbed one", async () => {
    const { heard, start, w } = listening("stepStarted", {
      begin: async (_state, goto) => goto(["a", "b"]),
      a: async (_state, goto) => goto(null),
      b: async (_state, goto) => goto(null),
    });
    w.configure({ maxRetries: 1 });
    await start("i");
    expect(heard).toMatchObject([{ step: "begin" }, { step: "a", instanceId: "i" }, { step: "b", instanceId: "i" }]);
  });

  test("cannot change what the body gets", async () => {
    const { shown, start, w } = served({ only: async (state, goto) => goto(null, { saw: state["given"] }) });
    w.on("stepStarted", ({ state }) => void Object.assign(state, { given: "changed" }));
    await start("i", { given: 1 });
    expect(await shown("i")).toMatchObject({ state: { saw: 1 } });
  });

  test("a listener that outlasts the step's timeout keeps the body from running", async () => {
    let ran = 0;
    const { shown, w, world } = served(
      { only: async (_state, goto) => ((ran += 1), goto(null)) },
      { timeout: "10s", maxRetries: 0 },
    );
    const release = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<void>();
    w.on("stepStarted", () => (entered.resolve(), release.promise));
    await w.start({}, { id: "i" });
    const delivered = world.deliver();
    await entered.promise;
    world.clock.advance(10_000);
    await delivered;
    release.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await shown("i")).toMatchObject({ status: "failed", error: { code: "step-timeout" } });
    expect(ran).toBe(0);
  });
});

describe("stateUpdated", () => {
  test("is told after every transition, with the state as stored", async () => {
    const { heard, start } = listening("stateUpdated", two);
    await start("i", { given: 1 });
    expect(heard).toEqual([
      { ...place, state: { given: 1, one: true } },
      { ...place, state: { given: 1, one: true, two: true } },
    ]);
  });

  test("is told after an updateState, with the whole state", async () => {
    const { give, heard, start } = listening("stateUpdated", ask);
    await start("i", { given: 1 });
    await give("i", "update", { state: { more: 2 }, options: {} });
    expect(heard.at(-1)).toEqual({ ...place, state: { given: 1, asked: true, more: 2 } });
  });
});

describe("stepEnqueued", () => {
  test("is told of the step that runs next, or of the list of them", async () => {
    const { heard, start } = listening("stepEnqueued", {
      begin: async (_state, goto) => goto(["a", "b"], { begun: true }),
      a: async (_state, goto) => goto("end"),
      b: async (_state, goto) => goto("end"),
      end: async (_state, goto) => goto(null),
    });
    await start("i");
    expect(heard).toEqual([
      { ...place, step: ["a", "b"], state: { begun: true } },
      { ...place, step: "end", stepName: "end", state: { begun: true } },
    ]);
  });

  test("is told of an attempt that is tried again", async () => {
    const { heard, start } = listening("stepEnqueued", { only: async () => Promise.reject(new Error("no")) });
    await start("i");
    expect(heard).toMatchObject([{ step: "only" }]);
  });
});

describe("workflowContinued", () => {
  const continued = { ...place, name: "w", step: "ask", stepName: "ask" };

  test("is told of continue", async () => {
    const { give, heard, start } = listening("workflowContinued", ask);
    await start("i");
    await give("i", "continue");
    expect(heard).toEqual([continued]);
  });

  test("is told of an updateState that resumes, and of no other", async () => {
    const { give, heard, settle, start } = listening("workflowContinued", ask);
    await start("i");
    await give("i", "update", { state: { a: 1 }, options: { continue: false } });
    expect(heard).toEqual([]);
    await give("i", "update", { state: { a: 2 } });
    // Nothing waits any more: this one only stores.
    await give("i", "update", { state: { a: 3 } });
    expect(heard).toEqual([continued]);
    await settle();
  });

  test("is told of an updateState that resumes a branch", async () => {
    const { give, heard, start } = listening("workflowContinued", {
      begin: async (_state, goto) => goto(["ask", "other"]),
      ask: async (state, goto, wait) => (state["answer"] ? goto(null) : wait()),
      other: async (_state, goto) => goto(null),
    });
    await start("i");
    await give("i", "update", { state: { answer: 1 } });
    expect(heard).toMatchObject([place]);
  });

  test("is told of each instance that continueAllTimedOut resumes", async () => {
    const { advance, heard, start, w } = listening("workflowContinued", ask, { timeout: "10s" });
    await start("i");
    await advance("11s");
    await w.continueAllTimedOut();
    expect(heard).toEqual([continued]);
  });
});

describe("stepsStateUpdating", () => {
  test("is told after an updateState was stored, with the keys it was given", async () => {
    const { give, heard, start, w } = listening("stepsStateUpdating", ask);
    const stored: unknown[] = [];
    w.on("stepsStateUpdating", async ({ instanceId }) => void stored.push((await w.getState(instanceId))["more"]));
    await start("i");
    await give("i", "update", { state: { more: 2 } });
    expect(heard).toEqual([{ ...place, name: "w", state: { more: 2 } }]);
    expect(stored).toEqual([2]);
  });

  test("is not told of an update that was refused", async () => {
    const { give, heard, start } = listening("stepsStateUpdating", two);
    await start("i");
    await give("i", "update", { state: { more: 2 } });
    expect(heard).toEqual([]);
  });
});

describe("completed", () => {
  test("is told the document", async () => {
    const { document, heard, start } = listening("completed", two);
    await start("i");
    expect(heard).toEqual([{ ...Object(await document("i")), instanceId: "i" }]);
  });
});

describe("cancelled", () => {
  test("is told of a cancel that took effect", async () => {
    const { give, heard, start } = listening("cancelled", ask);
    await start("i");
    await give("i", "cancel");
    await give("nobody", "cancel");
    expect(heard).toEqual([{ ...place, id: "i" }]);
  });
});
