import { decodeState, type HeadStatus, type InstanceHead } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { resumeInstance } from "../src/recover-instance.ts";
import type { StepFunction } from "../src/step-function.ts";
import { continueInstance } from "../src/update-instance.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { bench, type Bench, type BenchOptions, failing, headWith, START } from "./support/bench.ts";

const MINUTE = 60_000;
const ask: StepFunction = (state, goto, wait) => ("answer" in state ? goto(null) : wait());
/** An instance whose step waits at each visit; how many visits it has had. */
async function waiting(options: BenchOptions = {}): Promise<{ readonly world: Bench; readonly visits: string[] }> {
  const visits: string[] = [];
  const again: StepFunction = (_state, _goto, wait, { idempotencyKey }) => {
    visits.push(idempotencyKey);
    return wait();
  };
  const world = bench(defineWorkflow("orders", "", { again }), options);
  await world.start({}, "order-1");
  await world.deliver();
  return { world, visits };
}

describe("continue", () => {
  test("sends the command first, then applies it; its message runs the step again as a new visit", async () => {
    const { world, visits } = await waiting();
    const before = world.calls.length;
    expect(await continueInstance("order-1", world.ports)).toMatchObject({
      status: "runnable",
      seq: 2,
      token: 2,
      visit: 2,
    });
    expect(world.calls.slice(before)).toEqual(["read", "send", "update"]);
    expect(world.held()).toMatchObject([{ message: { kind: "command", command: "continue", token: 2 }, seconds: 0 }]);
    await world.settle();
    expect(visits).toEqual(["order-1/1", "order-1/2"]);
  });

  test("given twice at once resumes once; the second caller is told that nothing waits (I11)", async () => {
    const { world, visits } = await waiting();
    const answers = await Promise.allSettled([1, 2].map(() => continueInstance("order-1", world.ports)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(answers.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "not-waiting" } });
    await world.settle();
    expect(visits).toHaveLength(2);
    expect([world.head("order-1").seq, world.held()]).toEqual([3, []]);
  });

  test("whose caller dies after the send takes effect all the same, once", async () => {
    const { world, visits } = await waiting({ intercept: failing("update", [2]) });
    await expect(continueInstance("order-1", world.ports)).rejects.toMatchObject({ code: "throttled" });
    expect(world.head("order-1").status).toBe("waiting");
    await world.settle();
    expect([visits.length, world.head("order-1").seq]).toEqual([2, 3]);
  });

  test("that a worker applied before the caller could is a success for the caller (A7)", async () => {
    const { world } = await waiting();
    const instances: typeof world.ports.instances = {
      ...world.ports.instances,
      update: async (...write) => {
        await world.settle();
        return world.ports.instances.update(...write);
      },
    };
    expect(await continueInstance("order-1", { ...world.ports, instances })).toMatchObject({
      seq: 3,
      appliedCommands: [{ token: 2 }],
    });
  });

  test("remembers the newest eight commands, so that an overtaken caller recognises its own", async () => {
    const { world } = await waiting();
    for (let time = 0; time < 10; time++) {
      await continueInstance("order-1", world.ports);
      await world.settle();
    }
    const { appliedCommands = [] } = world.head("order-1");
    expect(appliedCommands.map(({ token }) => token)).toEqual([6, 8, 10, 12, 14, 16, 18, 20]);
  });

  test("against the timeout of the same wait: one of them moves it, and no step runs twice (I16)", async () => {
    const visits: string[] = [];
    const brief: StepFunction = (_state, _goto, wait, { idempotencyKey }) => {
      visits.push(idempotencyKey);
      return wait({}, visits.length === 1 ? { timeout: 5_000 } : {});
    };
    const world = bench(defineWorkflow("orders", "", { brief }));
    await world.start({}, "order-1");
    await world.deliver();
    world.clock.advance(5_000);
    await continueInstance("order-1", world.ports);
    await world.settle();
    await world.pass(150_000);
    expect(visits).toEqual(["order-1/1", "order-1/2"]);
    expect([world.head("order-1").status, world.held()]).toEqual(["waiting", []]);
  });

  test.each<HeadStatus>(["runnable", "timer", "joining", "blocked"])(
    "of an instance that is %s is refused",
    async (status) => {
      const world = bench([]);
      await world.store.create(headWith({ status }));
      await expect(continueInstance("order-1", world.ports)).rejects.toMatchObject({ code: "not-waiting" });
      expect(world.calls).toEqual(["read"]);
    },
  );

  test("of an instance that has ended is refused", async () => {
    const world = bench([]);
    await world.store.create(headWith({ status: "completed" }));
    await expect(continueInstance("order-1", world.ports)).rejects.toMatchObject({ code: "already-ended" });
  });

  test("of an instance whose branches have all reported is refused", async () => {
    const world = bench([]);
    const done = { kind: "next", next: null, set: {}, remove: [], startedAt: START, duration: 1 } as const;
    const join = { seq: 1, steps: ["a"], tolerated: 0, settleAll: false };
    await world.store.create(headWith({ status: "joining", join, results: new Map([[0, done]]) }));
    await expect(continueInstance("order-1", world.ports)).rejects.toMatchObject({ code: "not-waiting" });
    expect(world.calls).toEqual(["read"]);
  });

  test("of an instance that joins answers the branches that wait, and no others", async () => {
    const fork: StepFunction = (_state, goto) => goto(["ask", "end"]);
    const later: StepFunction = (_state, goto, wait, { idempotencyKey }) =>
      idempotencyKey.endsWith("/1") ? wait() : goto("join", { answered: true });
    const end: StepFunction = (_state, goto) => goto("join");
    const join: StepFunction = (_state, goto) => goto(null);
    const world = bench(defineWorkflow("orders", "", { fork, ask: later, end, join }));
    await world.start({}, "order-1");
    await world.settle();
    await continueInstance("order-1", world.ports);
    expect(world.held()).toMatchObject([{ message: { kind: "command", instance: "order-1/1/0" } }]);
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "completed", state: new Map([["answered", "true"]]) });
  });
});

describe("an instance whose step no deployment has", () => {
  const whole = defineWorkflow("orders", "", { ask }, { instanceTimeout: "3h" });

  async function blocked(): Promise<{ readonly old: Bench; readonly head: InstanceHead }> {
    const old = bench([]);
    await old.store.create(headWith({ step: "ask", indexedAt: START + 60 * MINUTE, deadline: START + 180 * MINUTE }));
    old.inject({ kind: "wake", instance: "order-1", token: 0, dutiesDone: true });
    for (let minute = 0; minute < 17; minute++) await old.pass(MINUTE);
    return { old, head: old.head("order-1") };
  }

  test("is blocked after 15 minutes, and has no message any more (A14)", async () => {
    const { old, head } = await blocked();
    expect([head.status, old.held(), head.indexedAt]).toEqual(["blocked", [], undefined]);
  });

  test("goes on when it is unblocked by a deployment that has it: the same visit and attempt", async () => {
    const { head } = await blocked();
    const world = bench(whole);
    await world.store.create(head);
    expect(await resumeInstance("order-1", world.ports)).toMatchObject({
      status: "runnable",
      step: "ask",
      visit: 1,
      attempt: 1,
    });
    expect(world.head("order-1").indexedAt).toBe(START + 60 * MINUTE);
    await world.settle();
    expect(world.head("order-1").status).toBe("waiting");
  });

  test("unblocked twice at once runs once; only a blocked one can be unblocked", async () => {
    const { head } = await blocked();
    const world = bench(whole);
    await world.store.create(head);
    const answers = await Promise.allSettled([1, 2].map(() => resumeInstance("order-1", world.ports)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    await world.settle();
    expect(world.head("order-1").seq).toBe(3);
    await expect(resumeInstance("order-1", world.ports)).rejects.toMatchObject({ code: "not-paused" });
  });

  test("has the state it had", async () => {
    const { head } = await blocked();
    expect(decodeState(head.state)).toEqual({});
  });
});
