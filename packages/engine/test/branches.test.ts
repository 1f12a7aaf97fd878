import { branchId, decodeState, type InstanceHead } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { cancelInstance } from "../src/cancel-instance.ts";
import type { StepFunction } from "../src/step-function.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import type { WorkflowOptions } from "../src/workflow-options.ts";
import { bench, type Bench, type BenchOptions, failing, START } from "./support/bench.ts";

const fork: StepFunction = (_state, goto) => goto(["left", "right"], { forked: true });
const left: StepFunction = (_state, goto) => goto("after", { left: 1 });
const right: StepFunction = (_state, goto) => goto("after", { right: 2 });
const after: StepFunction = (_state, goto) => goto(null);

/** A workflow that forks to left and right, with other bodies in place of the plain ones. */
async function forked(
  bodies: Readonly<Record<string, StepFunction>> = {},
  options: WorkflowOptions = {},
  benchOptions: BenchOptions = {},
): Promise<Bench> {
  const world = bench(defineWorkflow("orders", "", { fork, left, right, after, ...bodies }, options), benchOptions);
  await world.start({ kept: true }, "order-1");
  await world.deliver();
  return world;
}

function record(world: Bench, branch = 0): InstanceHead {
  return world.head(branchId({ instance: "order-1", seq: 1, branch }));
}

function stateOf(world: Bench): object {
  return decodeState(world.head("order-1").state);
}

describe("branches", () => {
  test("run side by side on their instance's state and join with what both changed", async () => {
    const world = await forked();
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "completed", seq: 3 });
    expect(stateOf(world)).toEqual({ kept: true, forked: true, left: 1, right: 2 });
    expect(world.held()).toEqual([]);
  });

  test("of which none retries or waits cost one write each and leave no record", async () => {
    const world = await forked();
    const before = world.calls.length;
    await world.deliver();
    expect(world.calls.slice(before)).toEqual(["read", "update", "update", "send"]);
    expect(world.store.heads().map(({ id }) => id)).toEqual(["order-1"]);
  });

  test("have a key of their own for every visit (I17)", async () => {
    const keys: string[] = [];
    const note: StepFunction = (_state, goto, _wait, context) => {
      keys.push(`${context.instanceId} ${context.idempotencyKey}`);
      return goto("after");
    };
    const world = await forked({ left: note, right: note });
    await world.settle();
    expect(keys.toSorted()).toEqual(["order-1 order-1/1/0/1", "order-1 order-1/1/1/1"]);
  });

  test("that are delivered twice are recorded once (I14)", async () => {
    const world = await forked({ right: () => new Promise(() => {}) });
    const [message] = world.held();
    if (message) world.inject(message.message);
    const kept = world.deliver(40_000);
    world.clock.advance(0);
    await new Promise((resolve) => setImmediate(resolve));
    world.clock.advance(40_000);
    await kept;
    expect([...(world.head("order-1").results ?? [])].map(([branch]) => branch)).toEqual([0]);
  });

  test("retry on their own, without holding up the others", async () => {
    const flaky: StepFunction = (_state, goto, _wait, { attempt }) => {
      if (attempt < 3) throw new Error(`attempt ${attempt}`);
      return goto("after", { left: attempt });
    };
    const world = await forked({ left: flaky });
    await world.settle();
    expect(record(world)).toMatchObject({ status: "runnable", attempt: 2, readyAt: START + 1_000, seq: 1 });
    expect(world.head("order-1").results?.size).toBe(1);
    await world.pass(1_000);
    await world.pass(2_000);
    expect(stateOf(world)).toMatchObject({ left: 3, right: 2 });
  });

  test("that fail for good fail the instance", async () => {
    const broken: StepFunction = () => Promise.reject(new RangeError("broken"));
    const world = await forked({ left: broken }, { maxRetries: 0 });
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "failed", error: { message: "broken", step: "left" } });
  });

  test("name their errors to the step after a join that tolerates them", async () => {
    const seen: string[] = [];
    const tolerant: StepFunction = (_state, goto) => goto(["left", "right"], {}, { toleratedFailures: 1 });
    const note: StepFunction = (_state, goto, _wait, { branchErrors }) => {
      seen.push(...branchErrors.map(({ message }) => message));
      return goto(null);
    };
    const world = await forked(
      { fork: tolerant, left: () => Promise.reject(new Error("broken")), after: note },
      { maxRetries: 0 },
    );
    await world.settle();
    expect([seen, world.head("order-1").status]).toEqual([["broken"], "completed"]);
  });

  test("keep what they changed before a wait, removals included", async () => {
    const waits: StepFunction = async (state, goto, wait) =>
      "asked" in state
        ? goto("after", { seen: "kept" in state })
        : wait({ asked: true, kept: undefined }, { timeout: 5_000 });
    const world = await forked({ left: waits });
    await world.settle();
    expect(record(world)).toMatchObject({ status: "waiting", dueAt: START + 5_000, removed: ["kept"] });
    expect(stateOf(world)).toEqual({ kept: true, forked: true });
    await world.pass(5_000);
    expect(stateOf(world)).toEqual({ forked: true, asked: true, seen: false, right: 2 });
  });

  test("may set again what they removed before a wait", async () => {
    const waits: StepFunction = async (state, goto, wait) =>
      "asked" in state
        ? goto("after", { kept: 7, asked: undefined })
        : wait({ asked: true, kept: undefined }, { timeout: 5 });
    const world = await forked({ left: waits });
    await world.settle();
    await world.pass(1_000);
    expect(stateOf(world)).toEqual({ forked: true, kept: 7, right: 2 });
  });

  test("may go to another step when their wait is over", async () => {
    const waits: StepFunction = (_state, _goto, wait) => wait({}, { timeout: 5_000, onTimeout: "right" });
    const world = await forked({ left: waits });
    await world.settle();
    await world.pass(5_000);
    expect(stateOf(world)).toEqual({ kept: true, forked: true, right: 2 });
    expect(world.head("order-1").status).toBe("completed");
  });

  test("of a cancelled instance run no more, and their messages go", async () => {
    const ran: string[] = [];
    const world = await forked({ left: () => void ran.push("left"), right: () => void ran.push("right") });
    await cancelInstance("order-1", world.ports);
    await world.settle();
    expect([ran, world.held(), world.head("order-1").status]).toEqual([[], [], "cancelled"]);
  });

  test.each([
    ["waits", ((_state, _goto, wait) => wait({}, { timeout: "3d" })) satisfies StepFunction],
    ["sleeps before its retry", (() => Promise.reject(new Error("not yet"))) satisfies StepFunction],
  ])("that outlive their fan-out leave the due index when their time comes: one that %s", async (_what, body) => {
    const world = await forked({ left: body }, { retry: { initialInterval: "3d", maximumInterval: "3d" } });
    await world.settle();
    const entry = record(world).indexedAt;
    expect(entry).toBe(START + 3 * 86_400_000);
    await cancelInstance("order-1", world.ports);
    world.clock.advance(3 * 86_400_000 - 60_000);
    expect(await world.sweep()).toMatchObject({ sent: 1 });
    await world.pass(60_000);
    expect(record(world).indexedAt).toBeUndefined();
    expect(world.held()).toEqual([]);
  });

  test("that sleep long keep their place in the due index when a lost command comes", async () => {
    const world = await forked(
      { left: () => Promise.reject(new Error("not yet")) },
      { retry: { initialInterval: "20m", maximumInterval: "20m" } },
    );
    await world.settle();
    const instance = branchId({ instance: "order-1", seq: 1, branch: 0 });
    const before = record(world).indexedAt;
    const { startId } = world.head("order-1");
    const late = { kind: "command", instance, startId, command: "continue", token: 1, id: "late" } as const;
    world.inject({ ...late, set: new Map(), remove: [] });
    await world.settle();
    expect([before, record(world).indexedAt, world.held()]).toEqual([START + 1_200_000, START + 1_200_000, []]);
  });

  test("of which a zombie ended one that was to be retried late, and died before the join's wake, join at the retry", async () => {
    const world = await forked(
      { left: () => Promise.reject(new Error("not yet")) },
      { retry: { initialInterval: "20m", maximumInterval: "20m" } },
    );
    await world.settle();
    const { join, results = new Map() } = world.head("order-1");
    const late = { kind: "next", next: "after", set: {}, remove: [], startedAt: START, duration: 1 } as const;
    await world.store.update(
      "order-1",
      { set: {}, result: { branch: 0, value: late } },
      { seq: join?.seq ?? 0, statusIn: ["joining"] },
    );
    expect([results.size, world.held()]).toEqual([1, []]);
    world.clock.advance(19 * 60_000);
    await world.sweep();
    await world.pass(2 * 60_000);
    expect([world.head("order-1").status, world.held(), record(world).indexedAt]).toEqual(["completed", [], undefined]);
  });

  test("whose results do not fit into one item together fail with a reason that says so", async () => {
    // The third update is the second result: the store finds that the item would be too large with it.
    const world = await forked({}, {}, { intercept: failing("update", [3], "too-large") });
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "failed", error: { code: "state-too-large" } });
    expect(world.held()).toEqual([]);
  });

  test("whose results fit but not what they make together fail with the same reason", async () => {
    const large: StepFunction = (_state, goto, _wait, { step }) => goto("after", { [step]: "x".repeat(180_000) });
    const world = await forked({ left: large, right: large });
    await world.settle();
    expect(world.head("order-1")).toMatchObject({ status: "failed", error: { code: "state-too-large" } });
  });

  test("that hand over a list join by fanning out again", async () => {
    const again: StepFunction = (state, goto) =>
      "again" in state ? goto("after") : goto(["right", "right"], { again: true });
    const world = await forked({ left: again, right: again });
    await world.deliver();
    await world.deliver();
    expect(world.head("order-1")).toMatchObject({
      status: "joining",
      seq: 2,
      join: { seq: 2, steps: ["right", "right"] },
    });
    await world.settle();
    expect(world.head("order-1").status).toBe("completed");
  });
});

describe("a branch's message", () => {
  const branch = (index: number, seq = 1) => ({ kind: "branch", instance: "order-1", seq, branch: index }) as const;

  test.each<readonly [string, ReturnType<typeof branch>, string]>([
    ["of an earlier fan-out", branch(0, 0), "the fan-out is over"],
    ["of a branch that there is not", branch(7), "the fan-out has no such branch"],
  ])("%s is deleted", async (_what, message, reason) => {
    const world = await forked();
    world.inject(message);
    await world.deliver();
    expect(world.lines.map(({ fields }) => fields["reason"])).toContain(reason);
  });

  test("of a branch that has reported is deleted", async () => {
    const world = await forked({ right: (_state, _goto, wait) => wait() });
    await world.settle();
    world.inject(branch(0));
    expect([await world.deliver(), world.held()]).toEqual([[], []]);
    expect(world.lines.at(-1)?.fields["reason"]).toBe("the branch has reported");
  });

  test("of the last branch, whose recorder died, wakes the join again", async () => {
    let sends = 0;
    const world = await forked(
      {},
      {},
      {
        intercept: (operation, perform) => {
          if (operation === "send" && (sends += 1) === 3) return Promise.reject(new Error("down"));
          return perform();
        },
      },
    );
    expect(await world.deliver()).toHaveLength(1);
    expect(world.held()).toMatchObject([{ message: { kind: "branch" }, seconds: 2 }]);
    await world.pass(2_000);
    expect(world.head("order-1").status).toBe("completed");
  });

  test("whose step this deployment does not know comes back every minute, and is never blocked (A14)", async () => {
    const world = await forked();
    const other = bench(defineWorkflow("orders", "", { fork, right, after }));
    await other.store.create(world.head("order-1"));
    other.inject(branch(0));
    await other.settle();
    for (let minute = 0; minute < 30; minute++) await other.pass(60_000);
    expect(other.held()).toEqual([{ message: branch(0), seconds: 60 }]);
    expect(other.head("order-1").status).toBe("joining");
  });
});
