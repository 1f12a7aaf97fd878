import { type StepFunction, updateInstance } from "@stephooks/engine";
import type { Scenario } from "./judge.ts";
import { answer, end, expectEnd, set, start, storyId } from "./story.ts";

const askSteps: Record<string, StepFunction> = {
  ask: (state, goto, wait) => ("answer" in state ? goto("end", { asked: true }) : wait({ asking: true })),
  end,
};

export const answered: Scenario = {
  name: "a wait that is answered",
  executions: 3,
  run: async (world) => {
    const started = await start(world, world.define("ask", askSteps), {}, storyId(world));
    await world.settle();
    await answer(world, { answer: 42 });
    return started;
  },
  judge: (instance) =>
    expectEnd(instance, "completed", "ask (continue) ask end", { asking: true, asked: true, answer: 42 }),
};

export const answerMidway: Scenario = {
  name: "an answer that comes while the question is asked",
  executions: 3,
  run: async (world) => {
    const workflow = world.define("ask", {
      ...askSteps,
      ask: async (state, goto, wait) => {
        if ("answer" in state) return goto("end", { asked: true });
        const done = await world.client((ports) => updateInstance(storyId(world), { answer: 42 }, true, ports));
        if (done) world.log.mark("answered");
        return wait();
      },
    });
    const started = await start(world, workflow, {}, storyId(world));
    await world.settle();
    // What was acknowledged needs no second call (R8).
    if (world.log.sinceMark("answered") === undefined) await answer(world, { answer: 42 });
    return started;
  },
  // A wait that began before the answer is a step of the path.
  judge: (instance) =>
    expectEnd(instance, "completed", instance.path.length === 4 ? "ask (continue) ask end" : "ask end", {
      asked: true,
      answer: 42,
    }),
};

export const timedOut: Scenario = {
  name: "a wait whose time runs out",
  executions: 2,
  run: (world) => {
    const steps: Record<string, StepFunction> = {
      ask: (_state, _goto, wait) => wait({ asking: true }, { timeout: "5m", onTimeout: "remind" }),
      remind: set(null, { reminded: true }),
    };
    return start(world, world.define("late", steps), {});
  },
  judge: (instance) => expectEnd(instance, "completed", "ask (time-out) remind", { asking: true, reminded: true }),
};

export const timer: Scenario = {
  name: "a delay that SQS keeps, after an attempt that threw",
  executions: 3,
  run: (world) => {
    const steps: Record<string, StepFunction> = {
      one: (_state, goto, _wait, { attempt }) => {
        if (attempt === 1) throw new Error("not yet");
        return goto("two", { one: attempt }, { delay: "10m" });
      },
      two: end,
    };
    return start(world, world.define("slow", steps), {});
  },
  judge: (instance) => expectEnd(instance, "completed", "one! one two", { one: 2 }),
};

export const longTimer: Scenario = {
  name: "a delay that the sweeper ends",
  executions: 2,
  run: (world) => {
    const steps: Record<string, StepFunction> = {
      one: (_state, goto) => goto("two", { one: 1 }, { delay: "3d" }),
      two: end,
    };
    return start(world, world.define("slower", steps), {});
  },
  judge: (instance) => expectEnd(instance, "completed", "one two", { one: 1 }),
};
