import { PortError } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import type { Steps, UntypedState } from "../../src/step.ts";
import { createApp } from "../../src/app.ts";
import type { InstanceFilter } from "../../src/workflow.ts";
import { appWorld, coded, START } from "../support/app-world.ts";
import { served } from "./served.ts";

const steps = {
  work: async (_state: unknown, goto: (next: "ask") => Promise<void>) => goto("ask"),
  ask: async (state: Record<string, unknown>, goto: (next: null) => Promise<void>, wait: () => Promise<void>) =>
    state["answer"] ? goto(null) : wait(),
} as const;

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

  test("filters by operators", async () => {
    const w = await many();
    const ids = async (filter: InstanceFilter) => (await w.getInstances(filter)).map(({ _id }) => _id);
    expect(await ids({ n: { $gte: 5, $lt: 8 } })).toEqual(["i7", "i6", "i5"]);
    expect(await ids({ $or: [{ n: 3 }, { nextStep: "only", color: "blue" }] })).toEqual(["i121", "i3"]);
    expect(await ids({ _id: { $in: ["i1", "i122"] } })).toEqual(["i122", "i1"]);
    expect(await ids({ ended: { $exists: false }, color: /^r/ })).toEqual(["i122", "i120"]);
    expect(await ids({ "stepCount.only.visits": 1, n: { $gt: 121 } })).toEqual(["i122"]);
  });

  test.each<[InstanceFilter, string]>([
    [{ $where: "1" }, "unknown-operator"],
    [{ n: { $function: "1" } }, "unknown-operator"],
    [{ n: { $in: 5 } }, "invalid-operand"],
    [{ n: /(a)\1/ }, "unsafe-regex"],
    [{ "a.__proto__": 1 }, "invalid-path"],
  ])("refuses %j, also where it lists what timed out", async (filter, code) => {
    const { w, world } = served(steps);
    await world.run();
    await expect(w.getInstances(filter)).rejects.toMatchObject({ code });
    await expect(w.findTimedOutSteps(filter)).rejects.toMatchObject({ code });
  });
});

describe("the timeout of a step", () => {
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
    expect(await w.findTimedOutSteps({ color: { $nin: ["red"] } })).toMatchObject([{ workflowId: "older" }]);
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

test("continueAllTimedOut tells of a queue that takes nothing: nobody was continued", async () => {
  const app = createApp();
  const w = app.createWorkflow("w", "", { ask: async (_state, _goto, wait) => wait() }, { timeout: "30s" });
  app.post("/start", async (_req, res) => res.json(await w.start({ _id: "waits" })));
  let isDown = false;
  const world = appWorld(app.init(), {
    intercept: async (operation, perform) => {
      if (isDown && operation === "send") throw new PortError("unavailable", "no queue");
      return perform();
    },
  });
  await world.ask("POST", "/start");
  await world.run();
  world.clock.advance(31_000);
  isDown = true;
  await expect(w.continueAllTimedOut()).rejects.toMatchObject({ code: "unavailable" });
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

describe("getHistory", () => {
  const loop: Steps<"loop", UntypedState> = {
    loop: async (state, goto) => {
      const turns = Number(state["turns"] ?? 0) + 1;
      return turns < 40 ? goto("loop", { turns }) : goto(null, { turns });
    },
  };

  test("gives every transition, page by page, where the workflow keeps them", async () => {
    const { start, w } = served(loop, { history: "full" });
    await start("i");
    const first = await w.getHistory("i", { limit: 30 });
    expect(first.entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(first.entries[0]).toEqual({
      seq: 1,
      step: "loop",
      attempt: 1,
      outcome: "goto",
      startedAt: START,
      duration: 0,
    });
    const second = await w.getHistory("i", { limit: 30, ...first });
    expect(second.entries).toHaveLength(10);
    expect(second.entries.at(-1)).toMatchObject({ seq: 40, outcome: "end" });
    expect(second).not.toHaveProperty("after");
  });

  test("gives the newest 16 elsewhere, also where the option came after the start", async () => {
    const { start, w } = served(loop);
    await start("i");
    w.configure({ history: "full" });
    expect((await w.getHistory("i")).entries.map(({ seq }) => seq)[0]).toBe(25);
    await start("later");
    expect((await w.getHistory("later")).entries).toHaveLength(40);
  });

  test("refuses an instance nobody has, and a page that cannot be", async () => {
    const { start, w } = served(loop);
    await start("i");
    await expect(w.getHistory("nobody")).rejects.toMatchObject({ code: "unknown-instance" });
    await expect(w.getHistory("i", { limit: 0 })).rejects.toMatchObject({ code: "invalid-page" });
  });
});
