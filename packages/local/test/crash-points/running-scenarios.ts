import { cancelInstance, pauseInstance, resumeInstance, type StepFunction } from "@stephooks/engine";
import { type EmulatedWorld, MAX_RECEIVES } from "./emulated-world.ts";
import type { EndedInstance, Scenario } from "./judge.ts";
import { end, expectEnd, insist, set, start, storyId } from "./story.ts";

export const linear: Scenario = {
  name: "three steps in a row",
  executions: 3,
  run: (world) => {
    const steps = { a: set("b", { a: 1 }), b: set("c", { b: 2 }), c: set(null, { c: 3 }) };
    return start(world, world.define("linear", steps), { given: true });
  },
  judge: (instance) => expectEnd(instance, "completed", "a b c", { given: true, a: 1, b: 2, c: 3 }),
};

export const branch: Scenario = {
  name: "a step that goes one of two ways",
  executions: 3,
  run: (world) => {
    const steps: Record<string, StepFunction> = {
      check: (state, goto) => goto(Reflect.get(state, "value") === 2 ? "even" : "odd"),
      even: set("end", { result: "even" }),
      odd: set("end", { result: "odd" }),
      end,
    };
    return start(world, world.define("parity", steps), { value: 7 }, storyId(world));
  },
  judge: (instance) => expectEnd(instance, "completed", "check odd end", { value: 7, result: "odd" }),
};

export const join: Scenario = {
  name: "two branches and their join",
  executions: 4,
  width: 2,
  run: (world) => {
    const steps: Record<string, StepFunction> = {
      begin: (_state, goto) => goto(["a", "b"], { base: 1 }),
      a: set("end", { a: 1, last: "a" }),
      b: set("end", { b: 2, last: "b" }),
      end,
    };
    return start(world, world.define("fan", steps), {});
  },
  judge: (instance) => expectEnd(instance, "completed", "begin (join) end", { base: 1, a: 1, b: 2, last: "b" }),
};

/** A client that was not heard of may have cancelled, or not. */
function afterCancel(instance: EndedInstance, { log }: EmulatedWorld, path: string): readonly string[] {
  const later = log.sinceMark("cancelled")?.filter(({ seq }) => seq !== undefined) ?? [];
  if (later.length > 0) return [`I7: ${later.length} commits after an acknowledged cancel`];
  if (instance.status === "cancelled") return [];
  return log.sinceMark("cancelled") === undefined
    ? expectEnd(instance, "completed", path)
    : [`I7: cancelled, and then ${instance.status}`];
}

export const cancel: Scenario = {
  name: "cancelled between two steps",
  executions: 1,
  run: async (world) => {
    const workflow = world.define("long", { one: set("two", { one: 1 }), two: set("three", {}), three: end });
    const started = await start(world, workflow, {}, storyId(world));
    await world.deliver();
    if (await insist(world, (ports) => cancelInstance(storyId(world), ports))) world.log.mark("cancelled");
    return started;
  },
  judge: (instance, world) => afterCancel(instance, world, "one two three"),
};

export const cancelMidway: Scenario = {
  name: "cancelled while a step runs",
  executions: 1,
  run: (world) => {
    const workflow = world.define("cut", {
      one: async (_state, goto) => {
        const done = await world.client((ports) => cancelInstance(storyId(world), ports));
        if (done) world.log.mark("cancelled");
        return goto("two");
      },
      two: end,
    });
    return start(world, workflow, {}, storyId(world));
  },
  judge: (instance, world) => afterCancel(instance, world, "one two"),
};

export const pause: Scenario = {
  name: "paused between two steps, and resumed",
  executions: 3,
  run: async (world) => {
    const workflow = world.define("held", { one: set("two", { one: 1 }), two: set("three", {}), three: end });
    const started = await start(world, workflow, {}, storyId(world));
    await world.deliver();
    const isPaused = await insist(world, (ports) => pauseInstance(storyId(world), ports));
    const begun = world.log.executions.length;
    await world.settle();
    if (isPaused && world.log.executions.length > begun) world.log.complaints.push("a step began during the pause");
    if (isPaused) await insist(world, (ports) => resumeInstance(storyId(world), ports));
    return started;
  },
  judge: (instance) => expectEnd(instance, "completed", "one two three", { one: 1 }),
};

export const deadLetter: Scenario = {
  name: "a message that was received too often",
  executions: 2,
  run: async (world) => {
    const started = await start(world, world.define("poor", { one: set("two", { one: 1 }), two: end }), {});
    await world.receiveInVain(MAX_RECEIVES);
    return started;
  },
  judge: (instance) => expectEnd(instance, "completed", "one two", { one: 1 }),
};
