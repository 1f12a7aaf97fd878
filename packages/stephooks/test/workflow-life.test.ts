import { describe, expect, test } from "vitest";
import type { Steps, UntypedState } from "../src/step.ts";
import { coded, START } from "./support/app-world.ts";
import { oneWorkflow } from "./support/one-workflow.ts";

const iso = (time: number): string => new Date(time).toISOString();

describe("the document of an instance", () => {
  const steps: Steps<"one" | "two", UntypedState> = {
    one: async (_state, goto) => goto("two", { seen: 1 }),
    two: async (_state, goto) => goto(null, { done: true }),
  };

  test("has the user's keys beside codehooks' own, from start to end", async () => {
    const {
      w,
      world: { clock, deliver },
    } = oneWorkflow(steps);
    await w.start({ given: "x" }, { id: "i" });
    expect(await w.getState("i")).toEqual({
      given: "x",
      _id: "i",
      nextStep: "one",
      workflowName: "w",
      createdAt: iso(START),
      updatedAt: iso(START),
      stepCount: { one: { visits: 1, startTime: iso(START) } },
      parallelSteps: {},
    });

    clock.advance(250);
    await deliver();
    expect(await w.getState("i")).toEqual({
      given: "x",
      seen: 1,
      _id: "i",
      nextStep: "two",
      previousStep: "one",
      workflowName: "w",
      createdAt: iso(START),
      updatedAt: iso(START + 250),
      stepCount: {
        one: { visits: 1, startTime: iso(START), finishTime: iso(START + 250), totalTime: 250 },
        two: { visits: 1, startTime: iso(START + 250) },
      },
      parallelSteps: {},
    });

    clock.advance(750);
    await deliver();
    expect(await w.getState("i")).toEqual({
      given: "x",
      seen: 1,
      done: true,
      _id: "i",
      nextStep: null,
      previousStep: "two",
      workflowName: "w",
      createdAt: iso(START),
      updatedAt: iso(START + 1_000),
      stepCount: {
        one: { visits: 1, startTime: iso(START), finishTime: iso(START + 250), totalTime: 250 },
        two: { visits: 1, startTime: iso(START + 250), finishTime: iso(START + 1_000), totalTime: 750 },
      },
      parallelSteps: {},
      totalTime: 1_000,
    });
  });

  test("is what a step receives, with instanceId beside it", async () => {
    const seen: unknown[] = [];
    const {
      w,
      world: { run },
    } = oneWorkflow({
      only: async (state, goto) => {
        seen.push({ ...state });
        await goto(null);
      },
    });
    const started = await w.start({ given: "x" }, { id: "i" });
    await run();
    expect(seen).toEqual([{ ...started, instanceId: "i" }]);
  });

  test("shows a user's own status until the instance is cancelled", async () => {
    const { w } = oneWorkflow(steps);
    await w.start({ status: "mine" }, { id: "i" });
    expect((await w.getState("i"))["status"]).toBe("mine");
    await w.cancelWorkflow("i");
    expect((await w.getState("i"))["status"]).toBe("cancelled");
    expect((await w.inspect("i")).state).toEqual({ status: "mine" });
  });

  test.each([undefined, "nobody", "not an id"])("of %j is unknown", async (id) => {
    const { w } = oneWorkflow(steps);
    await expect(w.getState(id)).rejects.toEqual(coded("unknown-instance"));
    await expect(w.inspect(id)).rejects.toEqual(coded("unknown-instance"));
    await expect(w.cancelWorkflow(id)).rejects.toEqual(coded("unknown-instance"));
  });
});

describe("inspect", () => {
  test("shows status, step, attempt and history, which the document does not", async () => {
    const {
      w,
      world: { clock, deliver },
    } = oneWorkflow({
      one: async (_state, goto) => {
        clock.advance(40);
        await goto("two");
      },
      two: async (_state, goto) => goto(null),
    });
    await w.start({ given: "x" }, { id: "i" });
    expect(await w.inspect("i")).toMatchObject({ id: "i", workflow: "w", status: "running", step: "one", attempt: 1 });
    await deliver();
    expect(await w.inspect("i")).toMatchObject({
      status: "running",
      step: "two",
      attempt: 1,
      transitions: 1,
      state: { given: "x" },
      createdAt: iso(START),
      updatedAt: iso(START + 40),
      history: [{ seq: 1, step: "one", attempt: 1, outcome: "goto", startedAt: START, duration: 40 }],
    });
    await deliver();
    expect(await w.inspect("i")).toMatchObject({ status: "completed", step: "two", transitions: 2 });
  });
});

describe("cancelWorkflow", () => {
  test("twice is fine; no step runs any more", async () => {
    const ran: string[] = [];
    const {
      w,
      world: { run },
    } = oneWorkflow({ only: async () => void ran.push("only") });
    await w.start({}, { id: "i" });
    expect(await w.cancelWorkflow("i")).toMatchObject({ _id: "i", status: "cancelled", nextStep: "only" });
    expect(await w.cancelWorkflow("i")).toMatchObject({ _id: "i", status: "cancelled", nextStep: "only" });
    await run();
    expect(ran).toEqual([]);
    expect((await w.inspect("i")).status).toBe("cancelled");
  });

  test("while a step runs drops what the step asks for", async () => {
    const {
      w,
      world: { deliver, queue },
    } = oneWorkflow({
      one: async (state, goto) => {
        await w.cancelWorkflow(state._id);
        await goto("two", { late: true });
      },
      two: async (_state, goto) => goto(null),
    });
    await w.start({}, { id: "i" });
    await deliver();
    expect(await w.inspect("i")).toMatchObject({ status: "cancelled", step: "one", state: {} });
    expect(queue.messages()).toEqual([]);
  });

  test("of an instance that has ended is refused", async () => {
    const {
      w,
      world: { run },
    } = oneWorkflow({ only: async (state, goto) => (state["fail"] ? undefined : goto(null)) });
    await w.start({}, { id: "completed" });
    await w.start({ fail: true }, { id: "failed" });
    await run();
    for (const id of ["completed", "failed"]) {
      await expect(w.cancelWorkflow(id)).rejects.toMatchObject({
        code: "already-ended",
        message: expect.stringContaining(`${id} and cannot`),
      });
      expect((await w.inspect(id)).status).toBe(id);
    }
  });
});
