import { describe, expect, test } from "vitest";
import type { Steps, UntypedState } from "../src/step.ts";
import { START } from "./support/app-world.ts";
import { oneWorkflow } from "./support/one-workflow.ts";

describe("the state a step gives to goto", () => {
  /** What is stored after `first` has asked with `state`, from a start with two keys. */
  async function storedAfter(first: Steps<"first" | "second", UntypedState>["first"]): Promise<unknown> {
    const {
      w,
      world: { deliver },
    } = oneWorkflow({ first, second: async (_state, goto) => goto(null) });
    await w.start({ kept: 1, other: { deep: true } }, { id: "i" });
    await deliver();
    const { state, status, step } = await w.inspect("i");
    expect({ status, step }).toEqual({ status: "running", step: "second" });
    return state;
  }

  test("is merged by top-level key: an absent key is kept, a present one replaced whole", async () => {
    expect(await storedAfter((_state, goto) => goto("second", { other: { new: 1 }, more: [] }))).toEqual({
      kept: 1,
      other: { new: 1 },
      more: [],
    });
  });

  test("removes a key whose value is undefined", async () => {
    expect(await storedAfter((_state, goto) => goto("second", { kept: undefined, never: undefined }))).toEqual({
      other: { deep: true },
    });
  });

  test("drops undefined inside a value as JSON does", async () => {
    const state = { other: { gone: undefined, list: [1, undefined], stays: null } };
    expect(await storedAfter((_state, goto) => goto("second", state))).toEqual({
      kept: 1,
      other: { list: [1, null], stays: null },
    });
  });

  test("left out stores nothing, whatever the step did to its copy", async () => {
    const mutate: Steps<"first" | "second", UntypedState>["first"] = async (state, goto) => {
      state["kept"] = 99;
      state["other"].deep = "changed";
      state["more"] = true;
      await goto("second");
    };
    expect(await storedAfter(mutate)).toEqual({ kept: 1, other: { deep: true } });
  });

  test("is what it was at the call, whatever the step does to it afterwards", async () => {
    const mutate: Steps<"first" | "second", UntypedState>["first"] = async (_state, goto) => {
      const given = { other: { deep: "as given" } };
      await goto("second", given);
      given.other.deep = "changed later";
    };
    expect(await storedAfter(mutate)).toEqual({ kept: 1, other: { deep: "as given" } });
  });

  test("may be the whole document: names of the engine are ignored", async () => {
    const forge: Steps<"first" | "second", UntypedState>["first"] = (state, goto) =>
      goto("second", { ...state, kept: 2, _id: "j", nextStep: "first", workflowName: "v", createdAt: "never" });
    expect(await storedAfter(forge)).toEqual({ kept: 2, other: { deep: true } });
  });
});

describe("a step that throws", () => {
  test("is tried again after growing pauses, then the instance fails with what was thrown", async () => {
    const attempts: { attempt: number; key: string; at: number }[] = [];
    const {
      w,
      world: { clock, run },
    } = oneWorkflow(
      {
        begin: async (_state, goto) => goto("charge"),
        charge: async (_state, _goto, _wait, context) => {
          attempts.push({ attempt: context.attempt, key: context.idempotencyKey, at: clock.now() - START });
          throw new RangeError(`card refused, try ${context.attempt}`);
        },
      },
      { retry: { maximumAttempts: 3, initialInterval: "2s", backoffCoefficient: 3 } },
    );
    await w.start({ amount: 5 }, { id: "i" });
    await run();
    expect(attempts.map(({ attempt, at }) => [attempt, at])).toEqual([
      [1, 0],
      [2, 2_000],
      [3, 8_000],
    ]);
    expect(new Set(attempts.map(({ key }) => key)).size).toBe(1);
    const error = {
      name: "RangeError",
      message: "card refused, try 3",
      stack: expect.stringContaining("workflow-steps.test.ts"),
      step: "charge",
      attempt: 3,
      at: START + 8_000,
    };
    expect(await w.inspect("i")).toMatchObject({ status: "failed", step: "charge", attempt: 3, error });
    expect(await w.getState("i")).toMatchObject({ amount: 5, nextStep: "charge", lastError: error });
  });

  test("shows when it will be tried again", async () => {
    const {
      w,
      world: { deliver },
    } = oneWorkflow({ only: async () => Promise.reject(new Error("not yet")) }, { retry: { initialInterval: "30s" } });
    await w.start({}, { id: "i" });
    await deliver();
    expect(await w.inspect("i")).toMatchObject({
      status: "running",
      attempt: 2,
      nextAttemptAt: new Date(START + 30_000).toISOString(),
      lastError: { message: "not yet", attempt: 1 },
    });
  });

  test("and then succeeds goes on; its last error stays to be seen", async () => {
    const {
      w,
      world: { run },
    } = oneWorkflow({
      only: async (_state, goto, _wait, { attempt }) => {
        if (attempt === 1) throw new Error("once");
        await goto(null, { attempt });
      },
    });
    await w.start({}, { id: "i" });
    await run();
    const inspection = await w.inspect("i");
    expect(inspection).toMatchObject({ status: "completed", state: { attempt: 2 }, lastError: { message: "once" } });
    expect(inspection.error).toBeUndefined();
  });

  test("after goto drops the transition it asked for", async () => {
    const {
      w,
      world: { deliver },
    } = oneWorkflow({
      one: async (_state, goto) => {
        await goto("two", { asked: true });
        throw new Error("after goto");
      },
      two: async (_state, goto) => goto(null),
    });
    await w.start({}, { id: "i" });
    await deliver();
    expect(await w.inspect("i")).toMatchObject({ status: "running", step: "one", attempt: 2, state: {} });
  });

  test.each<[string, Steps<"only", UntypedState>["only"]]>([
    ["no-goto", () => {}],
    ["second-goto", (_state, goto) => Promise.all([goto("only"), goto(null)])],
    ["unknown-step", (_state, goto) => goto("onyl" as "only")],
  ])("with a mistake (%s) fails at once", async (code, only) => {
    const {
      w,
      world: { deliver, queue },
    } = oneWorkflow({ only });
    await w.start({}, { id: "i" });
    await deliver();
    expect(await w.inspect("i")).toMatchObject({ status: "failed", error: { code, step: "only", attempt: 1 } });
    expect(queue.messages()).toEqual([]);
  });
});
