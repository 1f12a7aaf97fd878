import type { StepFunction } from "../../src/step-function.ts";
import { cancelInstance } from "../../src/cancel-instance.ts";
import { expectState, expectStatus, type Scenario } from "./scenario.ts";
import { numberIn, set, start } from "./story.ts";

const linear: Scenario = {
  name: "three steps in a row",
  transitions: 3,
  run: async (world) => {
    world.define("linear", { a: set("b", { a: 1 }), b: set("c", { b: 2 }), c: set(null, { c: 3 }) });
    return start(world, "linear", { given: true });
  },
  judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { given: true, a: 1, b: 2, c: 3 })],
};

const parity: Scenario = {
  name: "the parity workflow: a branch",
  transitions: 4,
  run: async (world) => {
    world.define("parity", {
      begin: set("check", { began: true }),
      check: (state, goto) => goto(numberIn(state, "value") % 2 === 0 ? "even" : "odd"),
      even: set("end", { result: "even" }),
      odd: set("end", { result: "odd" }),
      end: (_state, goto) => goto(null),
    });
    return start(world, "parity", { value: 7 });
  },
  judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { value: 7, began: true, result: "odd" })],
};

const loop: Scenario = {
  name: "a loop of four visits",
  transitions: 5,
  run: async (world) => {
    world.define("loop", {
      again: (state, goto) => {
        const turns = numberIn(state, "turns") + 1;
        return goto(turns < 4 ? "again" : "done", { turns });
      },
      done: (_state, goto) => goto(null),
    });
    return start(world, "loop", {});
  },
  judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { turns: 4 })],
};

const retried: Scenario = {
  name: "a step that throws twice, then succeeds",
  transitions: 4,
  run: async (world) => {
    world.define("retried", {
      flaky: (_state, goto, _wait, context) => {
        if (context.attempt < 3) throw new Error(`attempt ${context.attempt}`);
        return goto("done", { attempts: context.attempt });
      },
      done: (_state, goto) => goto(null),
    });
    return start(world, "retried", {});
  },
  judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { attempts: 3 })],
};

/** The broker holds a second copy of the delayed wake, and hands it out at once. */
const earlyWake: Scenario = {
  name: "a retry whose wake comes early as well",
  transitions: 2,
  receives: 3,
  run: async (world) => {
    const options = { retry: { initialInterval: "30s" } } as const;
    const steps: Record<string, StepFunction> = {
      flaky: (_state, goto, _wait, context) => {
        if (context.attempt < 2) throw new Error("not yet");
        return goto(null, { attempts: context.attempt });
      },
    };
    world.define("early", steps, options);
    const started = await start(world, "early", {});
    await world.deliver();
    for (const message of world.queue.messages()) if (message.receiveCount === 0) world.queue.inject(message.body);
    return started;
  },
  judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { attempts: 2 })],
};

const failing: Scenario = {
  name: "a step that always throws",
  transitions: 3,
  run: async (world) => {
    world.define("failing", {
      bad: () => {
        throw new RangeError("never works");
      },
    });
    return start(world, "failing", { kept: 1 });
  },
  judge: (head) => [
    ...expectStatus(head, "failed"),
    ...expectState(head, { kept: 1 }),
    ...(head.error?.name === "RangeError" && head.error.attempt === 3 ? [] : ["the cause is not readable"]),
  ],
};

const sameId: Scenario = {
  name: "two starts with one id",
  transitions: 2,
  run: async (world) => {
    world.define("once", { one: set("two", { one: 1 }), two: (_state, goto) => goto(null) });
    return [
      ...(await start(world, "once", { from: "client" }, "order-1")),
      ...(await start(world, "once", { from: "client" }, "order-1")),
    ];
  },
  judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { from: "client", one: 1 })],
};

const batch: Scenario = {
  name: "three instances side by side",
  transitions: 6,
  width: 3,
  run: async (world) => {
    world.define("pair", { one: set("two", { one: 1 }), two: (_state, goto) => goto(null) });
    const started: string[] = [];
    for (const n of [1, 2, 3]) started.push(...(await start(world, "pair", { n })));
    return started;
  },
  judge: (head) => expectStatus(head, "completed"),
};

const cancelled: Scenario = {
  name: "cancelled between two steps",
  transitions: 2,
  run: async (world) => {
    world.define("long", { one: set("two", { one: 1 }), two: set("three", {}), three: (_state, goto) => goto(null) });
    const [id] = await start(world, "long", {});
    await world.deliver();
    if (id) await world.client((ports) => cancelInstance(id, ports));
    return id ? [id] : [];
  },
  // A client that died before its write has cancelled nothing; the instance then completes.
  judge: (head) => (head.status === "completed" || head.status === "cancelled" ? [] : [`ended ${head.status}`]),
};

/** A child's last duty is its report: the one thing an ended instance still owes. */
const child: Scenario = {
  name: "a child that is cancelled reports to its parent",
  transitions: 2,
  run: async (world) => {
    const workflow = world.define("child", { one: set("two", {}), two: (_state, goto) => goto(null) });
    const parent = { id: "parent", seq: 4, branch: 0 };
    const started = await world.client((ports, startInstance) =>
      startInstance({ workflow, state: {}, id: "child", parent }, ports),
    );
    await world.deliver();
    // The writer of the end dies before its duties, as a process may at any time.
    const head = (await world.store.read(["child"])).get("child");
    if (head) {
      await world.store.update("child", { set: { status: "cancelled" } }, { statusIn: ["runnable"] });
    }
    return started ? ["child"] : [];
  },
  judge: (_head, world) => (world.reports > 0 ? [] : ["the parent was never told"]),
};

export const scenarios: readonly Scenario[] = [
  linear,
  parity,
  loop,
  retried,
  earlyWake,
  failing,
  sameId,
  batch,
  cancelled,
  child,
];
