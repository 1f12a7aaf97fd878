import { expect, test } from "vitest";
import { createApp } from "../src/app.ts";
import { workflowDifferences } from "../src/compat/differences-workflows.ts";
import { app as defaultApp, Workflow } from "../src/index.ts";
import type { Steps, UntypedState } from "../src/step.ts";
import { appWorld, coded } from "./support/app-world.ts";
import { oneWorkflow } from "./support/one-workflow.ts";

type UntypedSteps = Steps<string, UntypedState>;

/** Runs an instance of these steps to where it can go no further. */
async function ended(steps: UntypedSteps, strict = false) {
  const app = createApp();
  const w = app.createWorkflow("w", "", steps);
  // Said after the workflow was created: it counts all the same.
  if (strict) app.set("compat", "strict");
  const world = appWorld(app.init());
  await w.start({ given: 1 }, { id: "i" });
  await world.run();
  return w.inspect("i");
}

/** Five laps. */
const laps: UntypedSteps = {
  lap: async ({ count = 0 }, goto) => goto(Number(count) < 4 ? "lap" : null, { count: Number(count) + 1 }),
};

/** Counts its attempts, and fails all of them. */
function failing() {
  const seen: number[] = [];
  const steps: UntypedSteps = {
    a: async () => {
      seen.push(1);
      throw new Error("no");
    },
  };
  return { seen, steps };
}

const facts: Readonly<Record<string, () => Promise<void>>> = {
  "step-count-unlimited": async () => {
    expect(await ended(laps)).toMatchObject({ status: "completed" });
  },
  "steps-are-retried": async () => {
    const { seen, steps } = failing();
    expect(await ended(steps)).toMatchObject({ status: "failed" });
    expect(seen).toHaveLength(3);
  },
  "one-transition-at-a-time": async () => {
    const { w, world } = oneWorkflow({
      a: async (_state, goto) => {
        await w.updateState("i", { note: "new" }, {});
        void goto(null, { done: true });
      },
    });
    await w.start({ note: "old" }, { id: "i" });
    await world.run();
    expect(await w.getState("i")).toMatchObject({ note: "new", done: true, nextStep: null });
  },
  "cancel-ends": async () => {
    let ran = false;
    const { w, world } = oneWorkflow({ a: async () => void (ran = true) });
    await w.start({}, { id: "i" });
    await w.cancelWorkflow("i");
    await world.run();
    expect(ran).toBe(false);
  },
  "one-goto": async () => {
    const twice: UntypedSteps = {
      a: async (_state, goto) => {
        void goto("b");
        void goto("b");
      },
      b: async (_state, goto) => goto(null),
    };
    expect(await ended(twice)).toMatchObject({ status: "failed" });
  },
  "throw-after-goto": async () => {
    const steps: UntypedSteps = {
      a: async (_state, goto) => {
        void goto(null, { done: true });
        throw new Error("after");
      },
    };
    expect(await ended(steps)).toMatchObject({ status: "failed", state: { given: 1 } });
  },
  "goto-or-wait": async () => {
    expect(await ended({ a: async () => {} })).toMatchObject({ status: "failed" });
  },
  "unknown-step": async () => {
    expect(await ended({ a: async (_state, goto) => goto("nowhere") })).toMatchObject({ status: "failed" });
  },
  "missing-instances": async () => {
    const { w } = oneWorkflow({ a: async (_state, goto) => goto(null) });
    for (const act of [() => w.updateState("x", {}), () => w.getState("x"), () => w.cancelWorkflow("x")]) {
      await expect(act()).rejects.toThrow(coded("unknown-instance"));
    }
  },
  "own-instances": async () => {
    const app = createApp();
    const end: UntypedSteps = { a: async (_state, goto) => goto(null) };
    const [one, two] = [app.createWorkflow("one", "", end), app.createWorkflow("two", "", end)];
    appWorld(app.init());
    await one.start({}, { id: "of-one" });
    await two.start({}, { id: "of-two" });
    expect((await one.getInstances({})).map(({ _id }) => _id)).toEqual(["of-one"]);
  },
  "undefined-removes": async () => {
    expect((await ended({ a: async (_state, goto) => goto(null, { given: undefined }) })).state).toEqual({});
  },
  "set-state-keeps-place": async () => {
    const { w, world } = oneWorkflow({ a: async (_state, goto) => goto(null) });
    await w.start({ old: 1 }, { id: "i" });
    await w.setState("i", { _id: "i", state: { fresh: 1 } });
    await world.run();
    expect(await w.getState("i")).toMatchObject({ fresh: 1, nextStep: null });
  },
  "errors-are-readable": async () => {
    const { w, world } = oneWorkflow(failing().steps);
    await w.start({}, { id: "i" });
    await world.run();
    const { lastError } = await w.getState("i");
    expect(lastError).toMatchObject({ name: "Error", message: "no", step: "a", attempt: 3 });
  },
  "workflow-class": async () => {
    const owner = createApp();
    const steps: UntypedSteps = { a: async (_state, goto) => goto(null, { done: true }) };
    const w = new Workflow("made", "By the class", steps, { maxStepCount: 5 }, owner);
    expect(await w.register(owner)).toBe("made");
    const world = appWorld(owner.init());
    await w.start({}, { id: "i" });
    await world.run();
    expect(await w.inspect("i")).toMatchObject({ status: "completed", state: { done: true } });
    // Without another app it is of the app that entry files register on.
    expect(new Workflow("of the process", "", steps).name).toBe("of the process");
    expect(defaultApp.init().manifest.workflows.map(({ name }) => name)).toContain("of the process");
  },
  "start-by-name": async () => {
    const { w } = oneWorkflow({ a: async (_state, goto) => goto(null) });
    expect(await w.start("w", { given: 1 })).toMatchObject({ given: 1, workflowName: "w" });
  },
};

/** The same with `compat: "strict"`, for the rows it restores. */
const strictFacts: Readonly<Record<string, () => Promise<void>>> = {
  "step-count-unlimited": async () => {
    expect(await ended(laps, true)).toMatchObject({ status: "failed", state: { count: 3 } });
  },
  "steps-are-retried": async () => {
    const { seen, steps } = failing();
    expect(await ended(steps, true)).toMatchObject({ status: "failed" });
    expect(seen).toHaveLength(1);
  },
};

test.each(workflowDifferences)("$id: $stephooks", async ({ id }) => {
  await facts[id]?.();
});

test.each(workflowDifferences.filter(({ strict }) => strict === "restored"))(
  "$id with strict: $codehooks",
  async ({ id }) => {
    await strictFacts[id]?.();
  },
);

test("every row has a fact, and every restored one a second", () => {
  expect(workflowDifferences.map(({ id }) => id).toSorted()).toEqual(Object.keys(facts).toSorted());
  const restored = workflowDifferences.filter(({ strict }) => strict === "restored").map(({ id }) => id);
  expect(restored.toSorted()).toEqual(Object.keys(strictFacts).toSorted());
});

test("what the options say counts with strict, too", async () => {
  const app = createApp();
  app.set("compat", "strict");
  const { seen, steps } = failing();
  const retried = app.createWorkflow("retried", "", steps, { maxRetries: 1 });
  const looping = app.createWorkflow("looping", "", laps, { maxStepCount: 9 });
  const world = appWorld(app.init());
  await retried.start({});
  await looping.start({}, { id: "loop" });
  await world.run();
  expect(seen).toHaveLength(2);
  expect(await looping.inspect("loop")).toMatchObject({ status: "completed" });
});

test("there is no other compat", () => {
  expect(() => createApp().set("compat", "loose")).toThrow(coded("invalid-argument"));
});
