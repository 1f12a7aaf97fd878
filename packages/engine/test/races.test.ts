import { type InstanceHead, PortError } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { branchResult, initialBranchHead } from "../src/branch.ts";
import { sendDuties } from "../src/perform-duties.ts";
import type { StepFunction } from "../src/step-function.ts";
import { continueInstance, updateInstance } from "../src/update-instance.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { bench, type Bench, failing, headWith, START } from "./support/bench.ts";

const end: StepFunction = (_state, goto) => goto(null);
const wake = (token: number) => ({ kind: "wake", instance: "order-1", token, dutiesDone: true }) as const;
const command = {
  kind: "command",
  instance: "order-1",
  startId: "start-1",
  command: "continue",
  token: 2,
  id: "mine",
  set: new Map(),
  remove: [],
} as const;

/** Does `other` once, right before the first update that a worker makes. */
function beforeUpdate(steps: Readonly<Record<string, StepFunction>>, other: (world: Bench) => Promise<unknown>): Bench {
  let isFirst = true;
  const world: Bench = bench(defineWorkflow("orders", "", steps), {
    intercept: async (operation, perform) => {
      if (operation === "update" && isFirst) {
        isFirst = false;
        await other(world);
      }
      return perform();
    },
  });
  return world;
}

const waits = headWith({ step: "end", seq: 1, token: 1, previousToken: 0, status: "waiting", dueAt: START });

describe("a wait that is answered in the moment its time is over", () => {
  test("by a command is the command's: the wake goes without running anything (A7)", async () => {
    const world = beforeUpdate({ end }, ({ ports }) => continueInstance("order-1", ports));
    await world.store.create(waits);
    world.inject(wake(1));
    expect(await world.deliver()).toEqual([]);
    expect(world.held()).toMatchObject([{ message: { kind: "command", token: 2 } }]);
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "completed", seq: 3 });
  });

  test("before the command is applied is the timeout's: the command goes (A6)", async () => {
    const set = { seq: 2, token: 2, previousToken: 1, status: "runnable" } as const;
    const world = beforeUpdate({ end }, ({ store }) => store.update("order-1", { set }, { statusIn: ["waiting"] }));
    await world.store.create(waits);
    world.inject(command);
    expect(await world.deliver()).toEqual([]);
    expect(world.head("order-1")).toMatchObject({ status: "runnable", seq: 2 });
    expect(world.lines.at(-1)?.fields["reason"]).toBe("somebody else answered first");
  });
});

test("a crash-looping step that commits after all is not failed: the last suspect keeps its message", async () => {
  const set = { seq: 1, token: 1, previousToken: 0 };
  const world = beforeUpdate({ end }, ({ store }) => store.update("order-1", { set }, { statusIn: ["runnable"] }));
  await world.store.create(headWith({ step: "end", startMarks: 5 }));
  world.inject({ ...wake(0), suspect: true });
  expect(await world.deliver()).toEqual(["m1"]);
  expect(world.head("order-1").status).toBe("runnable");
});

describe("a branch", () => {
  const ref = { instance: "order-1", seq: 1, branch: 0 };
  const message = { kind: "branch", ...ref } as const;
  const join = { seq: 1, steps: ["work", "end"], tolerated: 0, settleAll: false };
  const done = { kind: "next", next: null, set: {}, remove: [], startedAt: START, duration: 1 } as const;
  const parent: InstanceHead = headWith({ step: "end", seq: 1, token: 1, previousToken: 0, status: "joining", join });
  const joining = { ...parent, results: new Map([[1, done]]) };

  test("that another delivery reported first, as the last, wakes the join once more: the other may have died", async () => {
    const world = beforeUpdate({ work: end, end }, ({ store }) =>
      store.update("order-1", { set: {}, result: { branch: 0, value: done } }, { statusIn: ["joining"] }),
    );
    await world.store.create(joining);
    world.inject(message);
    expect(await world.deliver()).toEqual([]);
    expect(world.held()).toEqual([{ message: wake(1), seconds: 0 }]);
  });

  test("whose fan-out ended while it ran is forgotten", async () => {
    const world = beforeUpdate({ work: end, end }, ({ store }) =>
      store.update("order-1", { set: { status: "cancelled" } }, { statusIn: ["joining"] }),
    );
    await world.store.create(joining);
    world.inject(message);
    expect([await world.deliver(), world.held()]).toEqual([[], []]);
  });

  test("that reports after a failure that decided the join wakes nobody: the failed one has", async () => {
    const error = { name: "Error", message: "x", step: "end", attempt: 1, at: START };
    const world = beforeUpdate({ work: end, end }, ({ store }) =>
      store.update(
        "order-1",
        { set: {}, result: { branch: 1, value: { kind: "failed", error } } },
        { statusIn: ["joining"] },
      ),
    );
    await world.store.create({ ...parent, results: new Map() });
    world.inject(message);
    expect([await world.deliver(), world.held()]).toEqual([[], []]);
    expect(world.head("order-1").results?.size).toBe(2);
  });

  test("whose retry another delivery committed first stays a predecessor", async () => {
    const retried = { ...initialBranchHead(joining, ref), seq: 1, token: 1, previousToken: 0, attempt: 2 };
    const broken: StepFunction = async () => {
      await world.store.create(retried);
      throw new Error("x");
    };
    const world = bench(defineWorkflow("orders", "", { work: broken, end }));
    await world.store.create(joining);
    world.inject(message);
    expect(await world.deliver()).toEqual(["m1"]);
    expect(world.head("order-1/1/0")).toEqual(retried);
  });

  test("whose record appeared with another patch while it decided to wait is run again later", async () => {
    const waiting: StepFunction = async (_state, _goto, wait) => {
      await world.store.create({ ...initialBranchHead(joining, ref), patchVersion: 7, startMarks: 1 });
      await wait();
    };
    const world = bench(defineWorkflow("orders", "", { work: waiting, end }));
    await world.store.create(joining);
    world.inject(message);
    expect(await world.deliver()).toEqual(["m1"]);
    expect(world.head("order-1/1/0")).toMatchObject({ seq: 0, status: "runnable" });
  });

  test("that an update answers between its wait and its look at the patch runs once more, not twice (I8)", async () => {
    const runs: string[] = [];
    const work: StepFunction = (_state, goto, wait, { idempotencyKey }) => {
      runs.push(idempotencyKey);
      return runs.length === 1 ? wait() : goto(null);
    };
    let creates = 0;
    const world: Bench = bench(defineWorkflow("orders", "", { work, end }), {
      intercept: async (operation, perform) => {
        const result = await perform();
        creates += operation === "create" ? 1 : 0;
        if (operation === "create" && creates === 1) await updateInstance("order-1", { a: 1 }, true, world.ports);
        return result;
      },
    });
    await world.store.create(joining);
    world.inject(message);
    await world.deliver();
    expect(world.held().map((held) => held.message.kind)).toEqual(["command"]);
    await world.settle();
    expect(runs).toEqual(["order-1/1/0/1", "order-1/1/0/2"]);
  });

  test.each([
    ["before its first send", "send", 1],
    ["before its first write", "update", 1],
  ] as const)(
    "whose missed answer is found by a copy that dies %s is never runnable without a message (I4)",
    async (_when, operation, call) => {
      const waiting = {
        ...initialBranchHead(joining, ref),
        seq: 1,
        token: 1,
        previousToken: 0,
        status: "waiting",
      } as const;
      const world = bench(defineWorkflow("orders", "", { work: end, end }), { intercept: failing(operation, [call]) });
      await world.store.create({ ...joining, patchVersion: 1 });
      await world.store.create(waiting);
      // The copy's message has been deleted already, so nothing brings it back.
      await expect(sendDuties(waiting, world.ports)).rejects.toThrow("injected");
      const { status } = world.head("order-1/1/0");
      expect(status === "waiting" || world.held().length > 0).toBe(true);
      await world.settle();
      await sendDuties(world.head("order-1/1/0"), world.ports);
      await world.settle();
      expect(world.head("order-1").status).toBe("completed");
    },
  );

  test("whose own wake-up got no answer is woken all the same", async () => {
    const runs: string[] = [];
    const work: StepFunction = async (_state, goto, wait) => {
      runs.push("work");
      if (runs.length > 1) return goto(null);
      await updateInstance("order-1", { a: 1 }, false, world.ports);
      return wait();
    };
    let updates = 0;
    const world: Bench = bench(defineWorkflow("orders", "", { work, end }), {
      intercept: async (operation, perform) => {
        const result = await perform();
        updates += operation === "update" ? 1 : 0;
        // The first is the patch, the second wakes the branch.
        if (operation === "update" && updates === 2) throw new PortError("timeout", "no answer");
        return result;
      },
    });
    await world.store.create(joining);
    world.inject(message);
    await world.settle();
    expect([runs.length, world.head("order-1").status]).toEqual([2, "completed"]);
  });

  test("that waits is not over: nothing can be recorded of it", () => {
    const outcome = { kind: "wait", changes: { kind: "keys", set: new Map(), remove: [] } } as const;
    const record = initialBranchHead(joining, ref);
    expect(() => branchResult(record, { outcome, startedAt: START, duration: 1 }, START)).toThrow(TypeError);
    expect(() => initialBranchHead(joining, { ...ref, branch: 7 })).toThrow(TypeError);
  });

  test("whose instance is gone when it looks at the patch waits", async () => {
    const record = { ...initialBranchHead(joining, ref), status: "waiting", dueAt: START + 5_000 } as const;
    const world = bench(defineWorkflow("orders", "", { work: end, end }));
    await world.store.create(record);
    await sendDuties(record, world.ports);
    expect(world.held()).toMatchObject([{ message: { instance: record.id, token: 0 }, seconds: 5 }]);
  });

  test("a command that somebody else overtook tells the join nothing, even when it is complete", async () => {
    const record = { ...initialBranchHead(joining, ref), seq: 3, token: 3, previousToken: 2 };
    const world = bench(defineWorkflow("orders", "", { work: end, end }));
    await world.store.create({
      ...joining,
      results: new Map([
        [0, done],
        [1, done],
      ]),
    });
    await world.store.create(record);
    world.inject({ ...command, instance: record.id });
    expect([await world.deliver(), world.held()]).toEqual([[], []]);
  });

  test("a command that was applied and is delivered again wakes the complete join", async () => {
    const record = {
      ...initialBranchHead(joining, ref),
      seq: 2,
      token: 2,
      appliedCommands: [{ token: 2, id: "mine" }],
    };
    const world = bench(defineWorkflow("orders", "", { work: end, end }));
    await world.store.create({
      ...joining,
      results: new Map([
        [0, done],
        [1, done],
      ]),
    });
    await world.store.create(record);
    world.inject({ ...command, instance: record.id });
    await world.deliver();
    expect(world.held()).toEqual([{ message: wake(1), seconds: 0 }]);
  });
});
