import { describe, expect, test } from "vitest";
import { createApp } from "../../src/app.ts";
import { appWorld, coded, START } from "../support/app-world.ts";
import { served } from "./served.ts";

describe("getInstances", () => {
  /** 120 finished, 3 waiting and one of another workflow, a second between any two. */
  async function many() {
    const app = createApp();
    const w = app.createWorkflow("w", "Ends or waits", {
      only: async (state, goto, wait) => (state["ends"] ? goto(null, { ended: true }) : wait()),
    });
    const other = app.createWorkflow("other", "Not to be listed", { only: async (_state, _goto, wait) => wait() });
    const world = appWorld(app.init());
    for (let n = 0; n < 123; n++) {
      await w.start({ n, ends: n < 120, color: n % 2 === 0 ? "red" : "blue" }, { id: `i${n}` });
      world.clock.advance(1_000);
    }
    await other.start({ color: "red" }, { id: "other" });
    await world.run();
    return w;
  }

  test("lists every instance of the workflow, newest first, beyond one page of the index", async () => {
    const w = await many();
    const listed = await w.getInstances();
    expect(listed.map(({ _id }) => _id)).toEqual(Array.from({ length: 123 }, (_, index) => `i${122 - index}`));
    expect(listed[0]).toMatchObject({ workflowName: "w", nextStep: "only", createdAt: expect.any(String) });
    expect(listed[122]).toMatchObject({ nextStep: null, ended: true });
  });

  test("filters by values of the document, { $ne } and null for what is missing", async () => {
    const w = await many();
    expect(await w.getInstances({ color: "red" })).toHaveLength(62);
    expect(await w.getInstances({ color: "red", nextStep: { $ne: null } })).toMatchObject([
      { _id: "i122" },
      { _id: "i120" },
    ]);
    expect((await w.getInstances({ ended: null })).map(({ _id }) => _id)).toEqual(["i122", "i121", "i120"]);
    expect(await w.getInstances({ n: 5 })).toMatchObject([{ _id: "i5" }]);
    expect(await w.getInstances({ n: "5" })).toEqual([]);
  });

  test("refuses operators it does not know instead of ignoring them", async () => {
    const w = await many();
    await expect(w.getInstances({ n: { $gt: 5 } })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("$gt"),
    });
  });
});

describe("the timeout of a step", () => {
  const steps = {
    work: async (_state: unknown, goto: (next: "ask") => Promise<void>) => goto("ask"),
    ask: async (state: Record<string, unknown>, goto: (next: null) => Promise<void>, wait: () => Promise<void>) =>
      state["answer"] ? goto(null) : wait(),
  } as const;

  test("is compared with the time since the step was entered", async () => {
    const { advance, start, w } = served(steps, { timeout: "30s" });
    await start("i");
    const document = await w.getState("i");
    expect(w.isStepTimedOut(document)).toEqual({
      isTimedOut: false,
      step: "ask",
      timeout: 30_000,
      startTime: START,
      runningTime: 0,
      currentTime: START,
    });
    await advance("31s");
    expect(w.isStepTimedOut(document)).toMatchObject({ isTimedOut: true, runningTime: 31_000 });
  });

  test("of a completed instance, or of a step nobody has entered, is no timeout", async () => {
    const { start, w } = served({ only: async (_state, goto) => goto(null) });
    await start("i");
    const document = await w.getState("i");
    expect(w.isStepTimedOut(document)).toEqual({ isTimedOut: false, reason: "Step not found in workflow", step: null });
    expect(w.isStepTimedOut({ ...document, nextStep: "gone" })).toMatchObject({ isTimedOut: false, step: "gone" });
  });

  test("is found for every instance that has overrun it, filters obeyed", async () => {
    const { advance, start, w } = served(steps, { timeout: "30s" });
    await start("old", { color: "red" });
    await start("older", { color: "blue" });
    await advance("31s");
    await start("young", { color: "red" });
    expect((await w.findTimedOutSteps()).map(({ workflowId }) => workflowId).toSorted()).toEqual(["old", "older"]);
    expect(await w.findTimedOutSteps({ color: "red" })).toMatchObject([
      { workflowId: "old", workflowName: "w", isTimedOut: true, step: "ask", timeout: 30_000 },
    ]);
  });

  test("lets continueAllTimedOut run the waiting steps again, and those only", async () => {
    const { advance, give, settle, shown, start, w } = served(
      {
        ask: async (state, goto, wait) => {
          if (state["answer"]) return goto(null);
          return state["slow"] ? goto("later", {}, { delay: "1h" }) : wait({ asked: (state["asked"] ?? 0) + 1 });
        },
        later: async (_state, goto) => goto(null),
      },
      { timeout: "30s" },
    );
    await start("waits");
    await start("runs", { slow: true });
    await advance("31s");
    await start("young");
    await start("ended");
    await give("ended", "cancel");
    expect(await w.continueAllTimedOut()).toEqual([{ instanceId: "waits" }]);
    await settle();
    expect(await shown("waits")).toMatchObject({ status: "waiting", state: { asked: 2 } });
    expect(await shown("young")).toMatchObject({ status: "waiting", state: { asked: 1 } });
    expect(await shown("runs")).toMatchObject({ status: "running", step: "later" });
  });
});

describe("configure", () => {
  test("after creation changes what is given, and ignores keys it does not know", async () => {
    const { start, w } = served({ ask: async (_state, _goto, wait) => wait() }, { timeout: "30s", maxStepCount: 5 });
    // What an app written for codehooks-js passes.
    const given = { maxRetries: 3, retryDelay: 1_000, timeout: 15_000, concurrency: 2 };
    w.configure(given);
    await start("i");
    expect(w.isStepTimedOut(await w.getState("i"))).toMatchObject({ timeout: 15_000 });
  });

  test("of retries holds for the next failure", async () => {
    let ran = 0;
    const { advance, shown, start, w } = served({
      only: async () => {
        ran += 1;
        throw new Error("always");
      },
    });
    w.configure({ maxRetries: 1 });
    await start("i");
    await advance("1m");
    expect(ran).toBe(2);
    expect(await shown("i")).toMatchObject({ status: "failed" });
  });

  test("with what cannot be is refused and changes nothing", async () => {
    const { start, w } = served({ ask: async (_state, _goto, wait) => wait() }, { timeout: "30s" });
    // @ts-expect-error -- a duration has a unit
    expect(() => w.configure({ timeout: "soon" })).toThrow(coded("invalid-definition"));
    await start("i");
    expect(w.isStepTimedOut(await w.getState("i"))).toMatchObject({ timeout: 30_000 });
  });
});
