import { decodeState, type HeadCondition, type HeadStatus, type HeadUpdate } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import type { StepFunction } from "../src/step-function.ts";
import { replaceState, updateInstance } from "../src/update-instance.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { bench, type Bench, type BenchOptions, headWith } from "./support/bench.ts";

/** Waits until it is given an answer; what each run of it saw. */
function asking(seen: unknown[], during: (run: number) => Promise<unknown> = async () => {}): StepFunction {
  return async (state, goto, wait) => {
    const answer = "answer" in state ? state.answer : undefined;
    seen.push(answer);
    await during(seen.length);
    await (answer === undefined ? wait({ asked: seen.length }) : goto("join", { done: answer }));
  };
}

const join: StepFunction = (_state, goto) => goto(null);

function world(ask: StepFunction, options: BenchOptions = {}): Bench {
  return bench(defineWorkflow("orders", "", { ask, join }), options);
}

function stateOf(orders: Bench): object {
  return decodeState(orders.head("order-1").state);
}

describe("an update that resumes", () => {
  test("before the step runs is seen by it: it does not wait at all", async () => {
    const seen: unknown[] = [];
    const orders = world(asking(seen));
    await orders.start({}, "order-1");
    await updateInstance("order-1", { answer: 1 }, true, orders.ports);
    await orders.settle();
    expect([seen, stateOf(orders)]).toEqual([[1], { answer: 1, done: 1 }]);
  });

  test("while the step decides to wait runs the step again with what it says, and nothing waits (R8)", async () => {
    const seen: unknown[] = [];
    const update = async (run: number) => run === 1 && updateInstance("order-1", { answer: 2 }, true, orders.ports);
    const orders = world(asking(seen, update));
    await orders.start({}, "order-1");
    await orders.settle();
    expect([seen, stateOf(orders)]).toEqual([[undefined, 2], { answer: 2, done: 2 }]);
    expect(orders.head("order-1")).toMatchObject({ status: "completed", seq: 2 });
  });

  test("after the wait answers it with a command", async () => {
    const seen: unknown[] = [];
    const orders = world(asking(seen));
    await orders.start({}, "order-1");
    await orders.settle();
    expect(await updateInstance("order-1", { answer: 3, asked: undefined }, true, orders.ports)).toMatchObject({
      head: { status: "runnable", appliedCommands: [{ token: 2 }] },
      resumed: true,
    });
    await orders.settle();
    expect([seen, stateOf(orders)]).toEqual([[undefined, 3], { answer: 3, done: 3 }]);
  });

  test("that read the instance before its wait committed finds the wait and answers it", async () => {
    const seen: unknown[] = [];
    const orders = world(asking(seen), {
      intercept: async (operation, perform) => {
        const result = await perform();
        if (operation === "read" && orders.calls.filter((call) => call === "read").length === 1) await orders.settle();
        return result;
      },
    });
    await orders.start({}, "order-1");
    await updateInstance("order-1", { answer: 4 }, true, orders.ports);
    await orders.settle();
    expect([seen, orders.head("order-1").status]).toEqual([[undefined, 4], "completed"]);
  });

  test("beside another that answers first is not lost: both keys are there (I12)", async () => {
    const seen: unknown[] = [];
    const orders = world(asking(seen));
    await orders.start({}, "order-1");
    await orders.settle();
    await Promise.all([
      updateInstance("order-1", { answer: 5 }, true, orders.ports),
      updateInstance("order-1", { other: 6 }, true, orders.ports),
    ]);
    await orders.settle();
    expect(stateOf(orders)).toMatchObject({ answer: 5, other: 6 });
    expect(orders.head("order-1").status).toBe("completed");
  });

  test("that comes again and again while the step decides ends the invocation, not the instance", async () => {
    const seen: unknown[] = [];
    const patch = (run: number) => updateInstance("order-1", { run }, true, orders.ports);
    const orders = world(asking(seen, patch));
    await orders.start({}, "order-1");
    expect(await orders.deliver()).toEqual(["m1"]);
    expect([seen.length, orders.head("order-1").seq]).toEqual([6, 0]);
  });
});

describe("an update that does not resume", () => {
  test("changes the state of a waiting instance, which goes on waiting", async () => {
    const seen: unknown[] = [];
    const orders = world(asking(seen));
    await orders.start({}, "order-1");
    await orders.settle();
    const { head } = await updateInstance("order-1", { answer: 7 }, false, orders.ports);
    expect([head, orders.held()]).toEqual([orders.head("order-1"), []]);
    expect([head.status, head.patchVersion, stateOf(orders)]).toEqual(["waiting", 1, { asked: 1, answer: 7 }]);
  });

  test.each<HeadStatus>(["runnable", "waiting", "timer", "joining", "blocked"])(
    "works on an instance that is %s",
    async (status) => {
      const orders = world(join);
      await orders.store.create(headWith({ status }));
      await updateInstance("order-1", { a: 1 }, false, orders.ports);
      expect(stateOf(orders)).toEqual({ a: 1 });
      expect(orders.head("order-1")).toMatchObject({ status, seq: 0, patchVersion: 1 });
    },
  );

  test("is not overwritten by a step that changes another key (I12)", async () => {
    const orders = world(async (_state, goto) => {
      await updateInstance("order-1", { patched: true }, false, orders.ports);
      await goto(null, { own: true });
    });
    await orders.start({}, "order-1");
    await orders.settle();
    expect(stateOf(orders)).toEqual({ patched: true, own: true });
  });

  test("ignores the engine's own names, and removes what is given as undefined", async () => {
    const orders = world(join);
    await orders.store.create(headWith({ state: new Map([["a", "1"]]) }));
    await updateInstance("order-1", { _id: "forged", nextStep: undefined, a: undefined }, false, orders.ports);
    expect(stateOf(orders)).toEqual({});
  });

  test("with nothing to say changes nothing", async () => {
    const orders = world(join);
    await orders.store.create(headWith({ state: new Map([["a", "1"]]) }));
    await updateInstance("order-1", undefined, false, orders.ports);
    expect(stateOf(orders)).toEqual({ a: 1 });
  });
});

describe("an update of an instance whose branches run", () => {
  const fork: StepFunction = (_state, goto) => goto(["ask", "plain"]);
  const plain: StepFunction = (_state, goto) => goto("join");

  function forking(ask: StepFunction): Bench {
    return bench(defineWorkflow("orders", "", { fork, ask, plain, join }));
  }

  test("answers the branch that waits, which sees it", async () => {
    const seen: unknown[] = [];
    const orders = forking(asking(seen));
    await orders.start({}, "order-1");
    await orders.settle();
    expect(orders.head("order-1/1/0").status).toBe("waiting");
    await updateInstance("order-1", { answer: 1 }, true, orders.ports);
    await orders.settle();
    expect([seen, stateOf(orders)]).toEqual([[undefined, 1], { answer: 1, asked: 1, done: 1 }]);
    expect([orders.head("order-1").status, orders.held()]).toEqual(["completed", []]);
  });

  test("while a branch decides to wait wakes it after its commit (R8)", async () => {
    const seen: unknown[] = [];
    const update = async (run: number) => run === 1 && updateInstance("order-1", { answer: 2 }, true, orders.ports);
    const orders = forking(asking(seen, update));
    await orders.start({}, "order-1");
    await orders.settle();
    expect([seen, orders.head("order-1").status]).toEqual([[undefined, 2], "completed"]);
  });

  test("of which none waits is a plain patch", async () => {
    const orders = forking(plain);
    await orders.start({}, "order-1");
    await orders.deliver();
    await updateInstance("order-1", { patched: 1 }, true, orders.ports);
    await orders.settle();
    expect(stateOf(orders)).toEqual({ patched: 1 });
  });
});

describe("replacing the state", () => {
  test("leaves nothing of what was there", async () => {
    const orders = world(join);
    await orders.store.create(headWith({ state: new Map([["a", "1"]]) }));
    expect(await replaceState("order-1", { b: 2, _id: "forged" }, orders.ports)).toEqual(orders.head("order-1"));
    expect(stateOf(orders)).toEqual({ b: 2 });
  });

  test("beside a patch replaces the patched state, or is patched: nothing in between", async () => {
    const orders = world(join);
    await orders.store.create(headWith());
    await Promise.all([
      replaceState("order-1", { whole: 1 }, orders.ports),
      updateInstance("order-1", { key: 2 }, false, orders.ports),
    ]);
    expect([{ whole: 1 }, { whole: 1, key: 2 }]).toContainEqual(stateOf(orders));
  });
});

describe("an update of more keys than one expression holds", () => {
  const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`key-${index}`, index]));

  test("replaces the state as it was read: it does not fail", async () => {
    const orders = world(join);
    await orders.store.create(headWith({ state: new Map([["kept", "1"]]) }));
    const written: HeadUpdate[] = [];
    const instances = {
      ...orders.ports.instances,
      update: (id: string, update: HeadUpdate, condition: HeadCondition) => {
        written.push(update);
        return orders.store.update(id, update, condition);
      },
    };
    await updateInstance("order-1", many, true, { ...orders.ports, instances });
    expect(written.map(({ state }) => state?.kind)).toEqual(["whole"]);
    expect(stateOf(orders)).toEqual({ kept: 1, ...many });
  });

  test("takes back nothing that a step commits at the same moment", async () => {
    let commits = 0;
    const orders = world(join, {
      intercept: async (operation, perform) => {
        if (operation === "update" && commits++ === 0) {
          const set = new Map([["done", "true"]]);
          const state = { kind: "keys", set, remove: [] } as const;
          await orders.store.update("order-1", { set: { seq: 1 }, state }, { statusIn: ["runnable"], seq: 0 });
        }
        return perform();
      },
    });
    await orders.store.create(headWith());
    await updateInstance("order-1", many, true, orders.ports);
    expect(stateOf(orders)).toEqual({ done: true, ...many });
  });
});

describe.each([
  ["an update", (id: unknown, state: unknown, { ports }: Bench) => updateInstance(id, state, true, ports)],
  ["a replacement", (id: unknown, state: unknown, { ports }: Bench) => replaceState(id, state, ports)],
] as const)("%s", (_what, change) => {
  test.each<HeadStatus>(["completed", "failed", "cancelled"])(
    "of an instance that has %s is refused",
    async (status) => {
      const orders = world(join);
      await orders.store.create(headWith({ status }));
      await expect(change("order-1", {}, orders)).rejects.toMatchObject({ code: "already-ended" });
    },
  );

  test("of no instance is refused", async () => {
    await expect(change("nobody", {}, world(join))).rejects.toMatchObject({ code: "unknown-instance" });
  });

  test.each<readonly [string, unknown, string]>([
    ["that is no object", "text", "state-not-an-object"],
    ["that is too large", { a: "x".repeat(400_000) }, "state-too-large"],
  ])("with a state %s is refused and changes nothing", async (_why, state, code) => {
    const orders = world(join);
    await orders.store.create(headWith());
    await expect(change("order-1", state, orders)).rejects.toMatchObject({ code });
    expect(orders.head("order-1")).toEqual(headWith());
  });

  test("gives up when a hundred others write first, one after the other", async () => {
    const orders = world(join, {
      intercept: async (operation, perform) => {
        const { patchVersion } = orders.head("order-1");
        const set = { patchVersion: patchVersion + 1 };
        if (operation === "update") await orders.store.update("order-1", { set }, { statusIn: ["runnable"] });
        return perform();
      },
    });
    await orders.store.create(headWith());
    await expect(change("order-1", { a: 1 }, orders)).rejects.toMatchObject({ code: "contended" });
  });
});
