import { describe, expect, test } from "vitest";
import type { Steps, UntypedState } from "../../src/step.ts";
import { refusalOf } from "../support/app-world.ts";
import { served } from "./served.ts";

/** Waits until `answer` is there; counts the times it was run. */
const asking: Steps<"ask" | "late", UntypedState> = {
  ask: async (state, goto, wait) => {
    const asked = (state["asked"] ?? 0) + 1;
    return state["answer"] ? goto(null, { asked }) : wait({ asked });
  },
  late: async (_state, goto) => goto(null, { late: true }),
};

describe("wait", () => {
  test("stores its state and costs nothing more until somebody answers", async () => {
    const { advance, document, shown, start, world } = served(asking);
    await start("i");
    expect(world.queue.messages()).toEqual([]);
    await advance("3d");
    expect(await shown("i")).toMatchObject({ status: "waiting", step: "ask", state: { asked: 1 } });
    expect(await document("i")).toMatchObject({ nextStep: "ask", asked: 1 });
  });

  test.each([
    ["without options", undefined],
    ["with continue: true", { continue: true }],
  ])("is over with updateState %s, which the step sees", async (_name, options) => {
    const { give, settle, shown, start } = served(asking);
    await start("i");
    const answer = await give("i", "update", { state: { answer: 42 }, options });
    expect(answer).toMatchObject({ status: 200, body: { _id: "i", answer: 42 } });
    await settle();
    expect(await shown("i")).toMatchObject({ status: "completed", state: { answer: 42, asked: 2 } });
  });

  test.each([
    ["continue: false", { continue: false }],
    ["{}", {}],
  ])("goes on with updateState and %s; continue ends it", async (_name, options) => {
    const { give, settle, shown, start } = served(asking);
    await start("i");
    expect((await give("i", "update", { state: { answer: 42 }, options })).status).toBe(200);
    await settle();
    expect(await shown("i")).toMatchObject({ status: "waiting", state: { answer: 42, asked: 1 } });
    expect(await give("i", "continue")).toMatchObject({ status: 200, body: { instanceId: "i" } });
    await settle();
    expect(await shown("i")).toMatchObject({ status: "completed" });
  });

  test("answered twice at once is over once, and both answers are there", async () => {
    const { give, settle, shown, start } = served(asking);
    await start("i");
    const answers = await Promise.all([
      give("i", "update", { state: { answer: 1 } }),
      give("i", "update", { state: { other: 2 } }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await settle();
    expect(await shown("i")).toMatchObject({ status: "completed", state: { answer: 1, other: 2, asked: 2 } });
  });

  test("is not needed when the answer comes while the step still decides to wait", async () => {
    let ran = 0;
    const { shown, start, w } = served({
      ask: async (state, goto, wait) => {
        ran += 1;
        if (state["answer"]) return goto(null);
        await w.updateState(state._id, { answer: "early" });
        return wait();
      },
    });
    await start("i");
    expect(await shown("i")).toMatchObject({ status: "completed", state: { answer: "early" } });
    expect(ran).toBe(2);
  });
});

describe("continue is refused:", () => {
  test("409 not-waiting for an instance that runs", async () => {
    const { give, start } = served({
      one: async (_state, goto) => goto("two", {}, { delay: "1h" }),
      two: async (_state, goto) => goto(null),
    });
    await start("i");
    expect(refusalOf(await give("i", "continue"))).toBe("409 not-waiting");
  });

  test("409 already-ended for one that has ended, updateState and setState too", async () => {
    const { give, start } = served({ only: async (_state, goto) => goto(null) });
    await start("i");
    expect(refusalOf(await give("i", "continue"))).toBe("409 already-ended");
    expect(refusalOf(await give("i", "update", { state: { a: 1 } }))).toBe("409 already-ended");
    expect(refusalOf(await give("i", "set", { state: {} }))).toBe("409 already-ended");
  });

  test.each(["continue", "update", "set", "cancel", "retry", "resume"])(
    "404 unknown-instance for one nobody started, %s like every command",
    async (command) => {
      const { give } = served(asking);
      expect(refusalOf(await give("nobody", command, { state: {} }))).toBe("404 unknown-instance");
    },
  );
});

describe("setState", () => {
  test("replaces the user's keys and leaves the engine's", async () => {
    const { document, give, settle, shown, start } = served(asking);
    await start("i", { old: 1 });
    expect((await give("i", "set", { _id: "i", state: { fresh: 2 } })).status).toBe(200);
    expect(await shown("i")).toMatchObject({ status: "waiting", state: { fresh: 2 } });
    expect(await document("i")).not.toHaveProperty("old");
    expect(await document("i")).toMatchObject({ nextStep: "ask", workflowName: "w" });
    await give("i", "continue");
    await settle();
    expect(await shown("i")).toMatchObject({ status: "waiting", state: { fresh: 2, asked: 1 } });
  });
});

describe("a wait with a timeout", () => {
  const timed = (timeout: "10m" | "30d", onTimeout?: "late"): typeof asking => ({
    ...asking,
    ask: async (state, goto, wait) =>
      state["asked"] ? goto(null) : wait({ asked: 1 }, { timeout, ...(onTimeout ? { onTimeout } : {}) }),
  });

  test.each(["10m", "30d"] as const)("of %s goes to its onTimeout step then, not before", async (timeout) => {
    const { advance, shown, start } = served(timed(timeout, "late"));
    await start("i");
    await advance(timeout === "10m" ? "599s" : `${30 * 24 * 3600 - 1}s`);
    expect(await shown("i")).toMatchObject({ status: "waiting" });
    await advance("1s");
    expect(await shown("i")).toMatchObject({ status: "completed", step: "late", state: { late: true } });
  });

  test("runs its own step again without an onTimeout", async () => {
    const { advance, shown, start } = served(timed("10m"));
    await start("i");
    await advance("10m");
    expect(await shown("i")).toMatchObject({ status: "completed", step: "ask" });
  });

  test("that was answered in time is over: the timeout does nothing", async () => {
    const { advance, give, settle, shown, start } = served(timed("30d", "late"));
    await start("i");
    await give("i", "update", { state: { answer: 1 } });
    await settle();
    await advance("31d");
    expect(await shown("i")).toMatchObject({ status: "completed", step: "ask", state: { asked: 1 } });
  });

  test("that no duration is fails the instance, naming the option", async () => {
    const { shown, start } = served({
      ask: async (_state, _goto, wait) => wait({}, { timeout: "368d" }),
    });
    await start("i");
    expect(await shown("i")).toMatchObject({
      status: "failed",
      error: { code: "invalid-goto", message: expect.stringContaining("timeout") },
    });
  });
});

describe("goto with a delay", () => {
  test.each(["14m", "1h", "366d"] as const)("of %s runs the next step then, not before", async (delay) => {
    const { advance, shown, start } = served({
      one: async (_state, goto) => goto("two", { one: true }, { delay }),
      two: async (_state, goto) => goto(null, { two: true }),
    });
    await start("i");
    const seconds = { "14m": 840, "1h": 3_600, "366d": 31_622_400 }[delay];
    await advance(`${seconds - 2}s`);
    expect(await shown("i")).toMatchObject({ status: "running", step: "two", state: { one: true } });
    await advance("2s");
    expect(await shown("i")).toMatchObject({ status: "completed", state: { one: true, two: true } });
  });

  test("can be cancelled meanwhile", async () => {
    const { advance, give, shown, start } = served({
      one: async (_state, goto) => goto("two", {}, { delay: "2d" }),
      two: async (_state, goto) => goto(null, { two: true }),
    });
    await start("i");
    await give("i", "cancel");
    await advance("3d");
    expect(await shown("i")).toMatchObject({ status: "cancelled", state: {} });
  });
});

test("an instance that lives longer than its instanceTimeout fails, waiting or not", async () => {
  const { advance, shown, start } = served(asking, { instanceTimeout: "2d" });
  await start("i");
  await advance("47h");
  expect(await shown("i")).toMatchObject({ status: "waiting" });
  await advance("1h");
  expect(await shown("i")).toMatchObject({ status: "failed", error: { code: "instance-timeout" } });
});
