import { PortError } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import type { StepFunction } from "../src/step-function.ts";
import { sweep } from "../src/sweeper.ts";
import { defineWorkflow } from "../src/workflow-definition.ts";
import { bench, type Bench, failing, headWith, settings, START } from "./support/bench.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const begin: StepFunction = (_state, goto) => goto(null);
const orders = defineWorkflow("orders", "", { begin });
const wake = (token: number) => ({ kind: "wake", instance: "order-1", token, dutiesDone: true }) as const;

/** A wait that ends at `dueAt`, as its commit left it. */
async function waiting(dueAt: number, options: Parameters<typeof bench>[1] = {}): Promise<Bench> {
  const world = bench(orders, options);
  await world.store.create(
    headWith({ status: "waiting", seq: 1, token: 1, previousToken: 0, dueAt, indexedAt: dueAt }),
  );
  return world;
}

/** Minutes after `from` at which one of the passes, one a minute, sent something. */
async function sending(world: Bench, minutes: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    if ((await world.sweep()).sent > 0) times.push(minute);
    world.clock.advance(MINUTE);
  }
  return times;
}

describe("the windows of the passes", () => {
  test.each([
    [0, 60],
    [1, 61],
    [59_999, 120],
  ])(
    "a wait that ends %i ms into the minute is sent by the pass of the minute before, with its exact delay",
    async (into, delay) => {
      const world = await waiting(START + 5 * MINUTE + into);
      expect(await sending(world, 4)).toEqual([]);
      expect(await world.sweep()).toEqual({ read: 1, sent: 1, backlogged: false });
      expect(world.held()).toEqual([{ message: wake(1), seconds: delay }]);
    },
  );

  test("are disjoint and leave nothing out: every due time is sent once", async () => {
    const world = bench(orders);
    for (let index = 0; index < 60; index++) {
      const dueAt = START + MINUTE + index * 3_000;
      await world.store.create(headWith({ id: `o-${index}`, status: "waiting", dueAt, indexedAt: dueAt }));
    }
    for (let minute = 0; minute < 5; minute++) {
      await world.sweep();
      world.clock.advance(MINUTE);
    }
    const ids = world.held().map(({ message }) => message.instance);
    expect([ids.length, new Set(ids).size]).toEqual([60, 60]);
  });

  test("begin at whole minutes, however late in its minute the pass itself begins", async () => {
    const world = await waiting(START + MINUTE + 10);
    world.clock.advance(45_000);
    expect(await world.sweep()).toMatchObject({ sent: 1 });
    expect(world.held()).toEqual([{ message: wake(1), seconds: 16 }]);
  });

  test("a window of more entries than a page of the index holds is read to its end", async () => {
    const world = bench(orders);
    const { index } = world.ports;
    const entries = Array.from({ length: 2_500 }, (_, number) => ({
      id: `o-${number}`,
      at: START + MINUTE + number * 10,
    }));
    const due: typeof index.due = async (shard, from, until) =>
      shard === 3 ? entries.filter(({ at }) => at >= from && at < until).slice(0, 1_000) : [];
    const report = await sweep(START, { ...world.ports, index: { ...index, due } }, settings);
    expect(report).toEqual({ read: 2_500, sent: 0, backlogged: false });
  });
});

describe("what a pass sends", () => {
  test("wakes a long wait, which then ends at its time", async () => {
    const world = await waiting(START + HOUR);
    expect(await sending(world, 61)).toEqual([59]);
    await world.settle();
    expect(world.head("order-1").status).toBe("completed");
  });

  test("twice is harmless: the second wake finds the wait over", async () => {
    const runs: number[] = [];
    const note: StepFunction = (_state, goto) => {
      runs.push(1);
      return goto(null);
    };
    const world = bench(defineWorkflow("orders", "", { begin: note }));
    await world.store.create(headWith({ status: "waiting", dueAt: START + MINUTE, indexedAt: START + MINUTE }));
    await world.sweep();
    await world.sweep();
    expect(world.held()).toHaveLength(2);
    await world.pass(MINUTE);
    await world.pass(90_000);
    await world.pass(90_000);
    expect([runs, world.held(), world.head("order-1").status]).toEqual([[1], [], "completed"]);
  });

  test("changes neither seq nor status nor state, whatever it finds", async () => {
    const world = bench(orders);
    const statuses = [
      "runnable",
      "waiting",
      "timer",
      "joining",
      "blocked",
      "completed",
      "failed",
      "cancelled",
    ] as const;
    for (const status of statuses) {
      await world.store.create(headWith({ id: status, status, dueAt: START + MINUTE, indexedAt: START + MINUTE }));
    }
    const before = world.store.heads().map(({ indexedAt: _moves, ...head }) => head);
    await sending(world, 20);
    expect(world.store.heads().map(({ indexedAt: _moved, ...head }) => head)).toEqual(before);
  });

  test.each(["completed", "failed", "cancelled", "blocked"] as const)(
    "nothing for an instance that is %s by now",
    async (status) => {
      const world = bench(orders);
      await world.store.create(headWith({ status, indexedAt: START + MINUTE }));
      expect(await world.sweep()).toEqual({ read: 1, sent: 0, backlogged: false });
    },
  );

  test("nothing for an entry of an instance that is gone, or that has left the index since", async () => {
    const world = bench(orders);
    const { index } = world.ports;
    const { indexedAt: _left, ...head } = headWith();
    await world.store.create(head);
    const due: typeof index.due = async (shard) =>
      shard === 0 ? ["order-1", "gone"].map((id) => ({ id, at: START + MINUTE })) : [];
    const report = await sweep(START, { ...world.ports, index: { ...index, due } }, settings);
    expect(report).toMatchObject({ sent: 0 });
  });

  test("nothing for an entry of a wait that was answered and waits again for longer", async () => {
    const world = await waiting(START + MINUTE);
    await world.store.update("order-1", { set: { dueAt: START + DAY } }, { statusIn: ["waiting"] });
    expect(await world.sweep()).toEqual({ read: 1, sent: 0, backlogged: false });
  });

  test("nothing for a wait without an end", async () => {
    const world = bench(orders);
    await world.store.create(headWith({ status: "waiting", indexedAt: START + MINUTE }));
    expect(await world.sweep()).toMatchObject({ sent: 0 });
  });
});

describe("what is late", () => {
  test("is served after 6, 8, 16, 32 … minutes: what stays late is not hammered", async () => {
    const world = await waiting(START - 1_000);
    expect(await sending(world, 70)).toEqual([6, 8, 16, 32, 64]);
  });

  test("is served once a day at least, however long the sweeper stood still", async () => {
    const world = await waiting(START);
    world.clock.advance(33 * 1_440 * MINUTE - MINUTE);
    expect(await world.sweep()).toMatchObject({ sent: 0 });
    world.clock.advance(MINUTE);
    expect(await world.sweep()).toMatchObject({ sent: 1 });
  });

  test("is left alone while the queue has a backlog; what is on time is sent all the same", async () => {
    const world = await waiting(START - 8 * MINUTE);
    await world.store.create(
      headWith({ id: "on-time", status: "waiting", dueAt: START + MINUTE, indexedAt: START + MINUTE }),
    );
    const queue = { ...world.ports.queue, backlog: async () => 10_001 };
    expect(await sweep(START, { ...world.ports, queue }, settings)).toEqual({ read: 1, sent: 1, backlogged: true });
    expect(await world.sweep()).toEqual({ read: 2, sent: 2, backlogged: false });
  });
});

describe("the watchdog", () => {
  async function standing(since: number, options: Parameters<typeof bench>[1] = {}): Promise<Bench> {
    const world = bench(orders, options);
    await world.store.create(headWith({ updatedAt: since, readyAt: since, indexedAt: START + MINUTE }));
    return world;
  }

  test("wakes what has stood still for longer than any message can be hidden, and says so", async () => {
    const world = await standing(START - HOUR);
    expect(await world.sweep()).toMatchObject({ sent: 1 });
    expect(world.held()).toEqual([{ message: wake(0), seconds: 0 }]);
    expect(world.lines).toMatchObject([{ level: "warn", event: "an instance that stood still was woken" }]);
    await world.settle();
    expect(world.head("order-1").status).toBe("completed");
  });

  test("sends the branches again of a fan-out that stands still", async () => {
    const world = bench(orders);
    const join = { seq: 1, steps: ["begin", "begin"], tolerated: 0, settleAll: false };
    const long = { updatedAt: START - HOUR, readyAt: START - HOUR, indexedAt: START + MINUTE };
    await world.store.create(headWith({ status: "joining", seq: 1, token: 1, join, results: new Map(), ...long }));
    expect(await world.sweep()).toMatchObject({ sent: 2 });
  });

  test("only looks again later at what has moved not long ago", async () => {
    const world = await standing(START - 5 * MINUTE);
    expect(await world.sweep()).toEqual({ read: 1, sent: 0, backlogged: false });
    expect(world.head("order-1").indexedAt).toBe(START + HOUR);
  });

  test("looks ever more rarely at what does not move", async () => {
    const world = await standing(START - 10 * HOUR);
    await world.sweep();
    expect(world.head("order-1").indexedAt).toBe(START + 10 * HOUR);
  });

  test("adds nothing to a backlog: it may be why an instance stands still", async () => {
    const world = await standing(START - HOUR);
    const queue = { ...world.ports.queue, backlog: async () => 10_001 };
    expect(await sweep(START, { ...world.ports, queue }, settings)).toMatchObject({ sent: 0 });
    expect(world.head("order-1").indexedAt).toBe(START + MINUTE);
  });

  test("does not disturb an instance that moves at that moment", async () => {
    const world = await standing(START - 5 * MINUTE);
    const instances: typeof world.ports.instances = {
      ...world.ports.instances,
      update: async (...write) => {
        await world.store.update("order-1", { set: { seq: 1 } }, { statusIn: ["runnable"] });
        return world.ports.instances.update(...write);
      },
    };
    await sweep(START, { ...world.ports, instances }, settings);
    expect(world.head("order-1")).toMatchObject({ seq: 1, indexedAt: START + MINUTE });
  });
});

test.each(["due", "backlog", "read", "send"] as const)(
  "a pass whose %s fails is over; the next one comes in a minute",
  async (operation) => {
    const world = await waiting(START + 2 * MINUTE - 1, { intercept: failing(operation, [1]) });
    await expect(world.sweep()).rejects.toMatchObject({ code: "throttled" });
    expect(await world.sweep()).toMatchObject({ sent: 1 });
  },
);

test("an instance that cannot be read keeps no other from its time", async () => {
  const world = await waiting(START + MINUTE);
  await world.store.create(
    headWith({ id: "strange", status: "waiting", dueAt: START + MINUTE, indexedAt: START + MINUTE }),
  );
  const instances = {
    ...world.ports.instances,
    read: async (ids: readonly string[]) => {
      if (ids.includes("strange")) throw new PortError("corrupt", "Instance strange cannot be read.");
      return world.store.read(ids);
    },
  };
  expect(await sweep(START, { ...world.ports, instances }, settings)).toMatchObject({ read: 2, sent: 1 });
  expect(world.held()).toEqual([{ message: wake(1), seconds: 60 }]);
  expect(world.lines).toEqual([
    {
      level: "error",
      event: "an instance in the due index cannot be read",
      fields: expect.objectContaining({ instance: "strange" }),
    },
  ]);
});
