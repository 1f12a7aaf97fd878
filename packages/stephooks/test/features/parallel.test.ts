import { describe, expect, test } from "vitest";
import type { Steps, UntypedState } from "../../src/step.ts";
import { served } from "./served.ts";

/** Fans out to `left` and `right`, which note their names, and joins at `join`. */
const twoBranches: Steps<"begin" | "left" | "right" | "join", UntypedState> = {
  begin: async (_state, goto) => goto(["left", "right"], { begun: true }),
  left: async (_state, goto) => goto("join", { left: 1, last: "left" }),
  right: async (_state, goto) => goto("join", { right: 2, last: "right" }),
  join: async (_state, goto) => goto(null, { joined: true }),
};

describe("a fan-out", () => {
  test("joins once, with what every branch stored; of one key the later branch in the list wins", async () => {
    let joins = 0;
    const { shown, start } = served({
      ...twoBranches,
      join: async (_state, goto) => {
        joins += 1;
        await goto(null, { joined: true });
      },
    });
    await start("i", { given: "x" });
    expect(await shown("i")).toMatchObject({
      status: "completed",
      state: { given: "x", begun: true, left: 1, right: 2, last: "right", joined: true },
    });
    expect(joins).toBe(1);
  });

  test("shows which branches are done", async () => {
    const { document, start } = served({
      ...twoBranches,
      right: async (_state, _goto, wait) => wait(),
    });
    await start("i");
    expect(await document("i")).toMatchObject({
      parallelSteps: {
        left: { done: true, previousStep: "begin", nextStep: "join" },
        right: { done: false, previousStep: "begin" },
      },
    });
  });

  test("runs a branch's step with the state of the fan-out, not with its sibling's", async () => {
    const seen: unknown[] = [];
    const { start } = served({
      begin: async (_state, goto) => goto(["left", "right"], { begun: true }),
      left: async (state, goto) => {
        seen.push([state["begun"], state["left"]]);
        await goto("join", { left: 1 });
      },
      right: async (state, goto) => {
        seen.push([state["begun"], state["left"]]);
        await goto("join");
      },
      join: async (_state, goto) => goto(null),
    });
    await start("i");
    expect(seen).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
  });

  test("may follow another in the same instance, and a join may be one", async () => {
    const ends: string[] = [];
    const branch = (next: "mid" | "end" | readonly ("c" | "d")[], key: string) =>
      (async (_state, goto) => goto(next, { [key]: true })) satisfies Steps<
        "mid" | "end" | "c" | "d",
        UntypedState
      >["mid"];
    const { shown, start } = served({
      begin: async (_state, goto) => goto(["a", "b"]),
      a: branch(["c", "d"], "a"),
      b: branch(["c", "d"], "b"),
      c: branch("mid", "c"),
      d: branch("mid", "d"),
      mid: async (_state, goto) => goto(["e", "f"]),
      e: branch("end", "e"),
      f: branch("end", "f"),
      end: async (state, goto) => {
        ends.push(state._id);
        await goto(null);
      },
    });
    await start("i");
    expect(await shown("i")).toMatchObject({
      status: "completed",
      state: { a: true, b: true, c: true, d: true, e: true, f: true },
    });
    expect(ends).toEqual(["i"]);
  });

  test("keeps what updateState changed beside it", async () => {
    const { give, settle, shown, start } = served({
      ...twoBranches,
      right: async (state, goto, wait) => (state["go"] ? goto("join") : wait()),
    });
    await start("i", { price: 1 });
    await give("i", "update", { state: { price: 99 }, options: { continue: false } });
    await give("i", "update", { state: { go: true } });
    await settle();
    expect(await shown("i")).toMatchObject({ status: "completed", state: { price: 99, left: 1 } });
  });

  test("of more branches that wait is resumed by one updateState", async () => {
    const ask: Steps<"join", UntypedState>["join"] = async (state, goto, wait) =>
      state["answer"] ? goto("join") : wait();
    const { give, settle, shown, start } = served({ ...twoBranches, left: ask, right: ask });
    await start("i");
    expect(await shown("i")).toMatchObject({ status: "running" });
    await give("i", "update", { state: { answer: 1 } });
    await settle();
    expect(await shown("i")).toMatchObject({ status: "completed" });
  });

  test("to a hundred branches joins; one more is refused", async () => {
    const names = Array.from({ length: 100 }, (_, index) => `b${index}`);
    const branches = Object.fromEntries(
      names.map((name) => [
        name,
        async (_state: unknown, goto: (next: string, state: object) => Promise<void>) => goto("join", { [name]: true }),
      ]),
    );
    const { shown, start } = served<string>({
      begin: async (state, goto) => goto(state["tooMany"] ? [...names, "b0"] : names),
      ...branches,
      join: async (state, goto) => goto(null, { count: names.filter((name) => state[name]).length }),
    });
    await start("i");
    expect(await shown("i")).toMatchObject({ status: "completed", state: { count: 100 } });
    await start("too-many", { tooMany: true });
    expect(await shown("too-many")).toMatchObject({ status: "failed", error: { code: "invalid-goto" } });
  });
});

describe("a join", () => {
  test("of branches that name different steps fails", async () => {
    const { shown, start } = served({ ...twoBranches, right: async (_state, goto) => goto("begin") });
    await start("i");
    expect(await shown("i")).toMatchObject({ status: "failed", error: { code: "join-mismatch" } });
  });

  const failing: typeof twoBranches = {
    ...twoBranches,
    left: async () => {
      throw new Error("left is broken");
    },
  };

  test("fails with the first branch that has failed for good, naming it", async () => {
    const { shown, start } = served(failing, { maxRetries: 0 });
    await start("i");
    expect(await shown("i")).toMatchObject({
      status: "failed",
      error: { message: "left is broken", step: "left", attempt: 1 },
    });
  });

  test("comes after a branch's retries, which do not run its siblings again", async () => {
    let lefts = 0;
    let rights = 0;
    const { advance, shown, start } = served({
      ...twoBranches,
      left: async (_state, goto) => {
        lefts += 1;
        if (lefts < 3) throw new Error("not yet");
        await goto("join", { lefts });
      },
      right: async (_state, goto) => {
        rights += 1;
        await goto("join", { rights });
      },
    });
    await start("i");
    await advance("5s");
    expect(await shown("i")).toMatchObject({ status: "completed", state: { lefts: 3, rights: 1 } });
  });

  test.each([
    ["toleratedFailures: 1", { toleratedFailures: 1 }],
    ['join: "allSettled"', { join: "allSettled" }],
  ] as const)("with %s goes on, and tells the step after it what failed", async (_name, options) => {
    const { shown, start } = served(
      {
        ...failing,
        begin: async (_state, goto) => goto(["left", "right"], {}, options),
        join: async (_state, goto, _wait, { branchErrors }) =>
          goto(null, { failed: branchErrors.map(({ message, step }) => `${step}: ${message}`) }),
      },
      { maxRetries: 0 },
    );
    await start("i");
    expect(await shown("i")).toMatchObject({
      status: "completed",
      state: { right: 2, failed: ["left: left is broken"] },
    });
  });

  test("of branches that all end completes the instance", async () => {
    const { shown, start } = served({
      begin: async (_state, goto) => goto(["left", "right"]),
      left: async (_state, goto) => goto(null, { left: 1 }),
      right: async (_state, goto) => goto(null, { right: 2 }),
    });
    await start("i");
    expect(await shown("i")).toMatchObject({ status: "completed", state: { left: 1, right: 2 } });
  });

  test("that comes too late, after a cancel, changes nothing", async () => {
    const { give, settle, shown, start } = served({
      ...twoBranches,
      right: async (state, goto, wait) => (state["go"] ? goto("join") : wait()),
    });
    await start("i");
    expect((await give("i", "cancel")).status).toBe(200);
    await settle();
    expect(await shown("i")).toMatchObject({ status: "cancelled", state: { begun: true } });
    expect((await give("i", "update", { state: { go: true } })).status).toBe(409);
  });
});
