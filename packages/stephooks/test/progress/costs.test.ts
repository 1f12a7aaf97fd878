import type { Interceptor, PortOperation } from "@stephooks/contracts";
import { expect, test } from "vitest";
import type { Steps, UntypedState } from "../../src/step.ts";
import { progressWorld, read } from "./progress-world.ts";

/** A world that notes what leaves the process. */
function countedWorld(steps: Steps<string, UntypedState>, history: "recent" | "full" = "recent") {
  const calls: PortOperation[] = [];
  const intercept: Interceptor = (operation, perform) => {
    calls.push(operation);
    return perform();
  };
  const world = progressWorld(steps, { intercept, workflow: { history } });
  const taken = (): Readonly<Record<string, number>> => {
    const groups = Object.groupBy(calls.splice(0), (operation) => operation);
    return Object.fromEntries(Object.entries(groups).map(([operation, group]) => [operation, group.length]));
  };
  return { ...world, taken };
}

test("a transition of a workflow that reports nothing costs what it did: one write, one message, one read", async () => {
  const world = countedWorld({ a: (_state, goto) => goto("b"), b: (_state, goto) => goto(null) });
  await world.w.start({}, { id: "i" });
  world.taken();
  await world.app.deliver();
  expect(world.taken()).toEqual({ read: 1, update: 1, send: 1 });
  await world.app.deliver();
  expect(world.taken()).toEqual({ read: 1, update: 1 });
});

test("a report is one write; a second run of the body finds the next number with one read", async () => {
  let killed = false;
  const world = countedWorld({
    a: async (_state, goto, _wait, { emit }) => {
      await emit(1);
      await emit(2);
      if (!killed) {
        killed = true;
        throw new Error("again");
      }
      return goto(null);
    },
  });
  await world.w.start({}, { id: "i" });
  world.taken();
  await world.app.deliver();
  expect(world.taken()).toEqual({ read: 1, "write-document": 2, update: 1, send: 1 });
});

test("watching writes nothing: a look is a read of the instance and a read of the next report", async () => {
  const world = countedWorld({ a: (_state, _goto, wait) => wait() });
  await world.w.start({}, { id: "i" });
  await world.app.run();
  const token = await world.w.createProgressToken("i");
  world.taken();
  await world.ask("i", token, "1.0");
  // The token is checked with a read of its own.
  expect(world.taken()).toEqual({ read: 2, "read-documents": 1 });
  const browser = await world.watch("i", { token, lastEventId: "1.0" });
  await world.pass(10_000);
  const busy = world.taken();
  expect(Object.keys(busy).toSorted()).toEqual(["read", "read-documents"]);
  expect(busy["read-documents"]).toBeLessThanOrEqual(21);
  // Whoever watches a wait looks every five seconds after a while.
  await world.pass(90_000);
  world.taken();
  await world.pass(100_000);
  const idle = world.taken()["read-documents"] ?? 0;
  expect(idle).toBeGreaterThanOrEqual(19);
  expect(idle).toBeLessThanOrEqual(22);
  browser.leave();
  await world.pass(30_000);
  await browser.ended;
});

test("fifty transitions are read with the instance and one call for their reports", async () => {
  const world = countedWorld(
    { loop: (state, goto) => goto(state["n"] === 49 ? null : "loop", { n: Number(state["n"] ?? 0) + 1 }) },
    "full",
  );
  await world.w.start({}, { id: "i" });
  await world.app.run();
  world.taken();
  expect(await read(world, "i")).toHaveLength(51);
  expect(world.taken()).toEqual({ read: 2, "read-history": 1, "read-documents": 1 });
});
