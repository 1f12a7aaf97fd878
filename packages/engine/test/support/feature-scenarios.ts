import { cancelInstance } from "../../src/cancel-instance.ts";
import { retryInstance } from "../../src/recover-instance.ts";
import type { StepFunction } from "../../src/step-function.ts";
import { continueInstance, updateInstance } from "../../src/update-instance.ts";
import { answer, ID, insist } from "./insistent-client.ts";
import { parallelScenarios } from "./parallel-scenarios.ts";
import { expectState, expectStatus, type Scenario } from "./scenario.ts";
import { numberIn, set, start } from "./story.ts";

const end: StepFunction = (_state, goto) => goto(null);

const askSteps: Record<string, StepFunction> = {
  begin: set("ask", { began: true }),
  ask: (state, goto, wait) => ("answer" in state ? goto("end", { asked: true }) : wait({ asking: true })),
  end,
};

/** Waits, timers, commands and inline chains; and the fan-outs. */
export const featureScenarios: readonly Scenario[] = [
  ...parallelScenarios,
  {
    name: "a wait that is answered",
    transitions: 4,
    run: async (world) => {
      world.define("ask", askSteps);
      const started = await start(world, "ask", {}, ID);
      await world.settle();
      await answer(world, { answer: 42 });
      return started;
    },
    judge: (head) => [
      ...expectStatus(head, "completed"),
      ...expectState(head, { began: true, asking: true, asked: true, answer: 42 }),
    ],
  },
  {
    name: "an answer that comes while the question is asked",
    transitions: 4,
    run: async (world) => {
      world.define("ask", askSteps);
      const started = await start(world, "ask", {}, ID);
      await world.deliver();
      await answer(world, { answer: 42 });
      return started;
    },
    judge: (head) => [
      ...expectStatus(head, "completed"),
      ...expectState(
        { ...head, state: new Map([...head.state].filter(([key]) => key !== "asking")) },
        {
          began: true,
          asked: true,
          answer: 42,
        },
      ),
    ],
  },
  {
    name: "two clients answer one wait",
    transitions: 4,
    run: async (world) => {
      world.define("ask", askSteps);
      const started = await start(world, "ask", {}, ID);
      await world.settle();
      await Promise.all([
        world.client((ports) => updateInstance(ID, { answer: 1 }, true, ports)),
        world.client((ports) => updateInstance(ID, { second: 2 }, true, ports)),
      ]);
      await world.settle();
      await answer(world, { answer: 1 });
      return started;
    },
    judge: (head) => [
      ...expectStatus(head, "completed"),
      ...(head.stepCounts["end"]?.visits === 1 ? [] : ["end was not visited once"]),
    ],
  },
  {
    name: "a wait whose short time runs out",
    transitions: 3,
    receives: 3,
    run: async (world) => {
      world.define("late", {
        ask: (_state, _goto, wait) => wait({ asking: true }, { timeout: "5m", onTimeout: "remind" }),
        remind: set("end", { reminded: true }),
        end,
      });
      return start(world, "late", {});
    },
    judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { asking: true, reminded: true })],
  },
  {
    name: "a wait whose long time runs out",
    transitions: 3,
    run: async (world) => {
      world.define("late", {
        ask: (_state, _goto, wait) => wait({ asking: true }, { timeout: "3d", onTimeout: "remind" }),
        remind: set("end", { reminded: true }),
        end,
      });
      return start(world, "late", {});
    },
    judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { asking: true, reminded: true })],
  },
  {
    name: "a short and a long delay",
    transitions: 3,
    receives: 3,
    run: async (world) => {
      world.define("slow", {
        one: (_state, goto) => goto("two", { one: 1 }, { delay: "10m" }),
        two: (_state, goto) => goto("three", { two: 2 }, { delay: "3d" }),
        three: end,
      });
      return start(world, "slow", {});
    },
    judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { one: 1, two: 2 })],
  },
  {
    name: "steps chained inline",
    transitions: 4,
    width: 4,
    run: async (world) => {
      const steps = { one: set("two", { one: 1 }), two: set("three", { two: 2 }), three: set("four", {}), four: end };
      world.define("inline", steps, { inline: true, timeout: "5s" });
      return start(world, "inline", {});
    },
    judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { one: 1, two: 2 })],
  },
  {
    name: "an error step that takes over",
    transitions: 5,
    run: async (world) => {
      const steps: Record<string, StepFunction> = {
        bad: () => {
          throw new RangeError("never");
        },
        mend: (_state, goto, _wait, { error }) => goto("end", { mended: error?.name ?? "" }),
        end,
      };
      world.define("mended", steps, { onError: "mend" });
      return start(world, "mended", {});
    },
    judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { mended: "RangeError" })],
  },
  {
    name: "an instance that outlives its time while it waits",
    transitions: 1,
    failsWith: "instance-timeout",
    run: async (world) => {
      world.define("short-lived", { ask: (_state, _goto, wait) => wait() }, { instanceTimeout: "2h" });
      return start(world, "short-lived", {});
    },
    judge: (head) => [
      ...expectStatus(head, "failed"),
      ...(head.error?.code === "instance-timeout" ? [] : [`failed with ${head.error?.code}`]),
    ],
  },
  {
    name: "cancelled while it joins",
    transitions: 4,
    width: 2,
    run: async (world) => {
      world.define("fan", {
        begin: (_state, goto) => goto(["a", "b"]),
        a: set("end", { a: 1 }),
        b: (state, goto, wait) => ("answer" in state ? goto("end") : wait()),
        end,
      });
      const started = await start(world, "fan", {}, ID);
      await world.settle();
      await insist(world, (ports) => cancelInstance(ID, ports));
      return started;
    },
    judge: (head) => expectStatus(head, "cancelled"),
  },
  {
    name: "a failed instance that is retried",
    transitions: 5,
    run: async (world) => {
      world.define("fixed", {
        bad: (state, goto) => {
          if (numberIn(state, "fixed") === 0) throw new RangeError("not yet");
          return goto("end", { works: true });
        },
        end,
      });
      const started = await start(world, "fixed", {}, ID);
      await world.settle();
      await insist(world, (ports) => retryInstance(ID, { fixed: 1 }, ports));
      return started;
    },
    judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { fixed: 1, works: true })],
  },
  {
    name: "a bare continue",
    transitions: 3,
    run: async (world) => {
      world.define("pause", {
        hold: (state, goto, wait) => ("held" in state ? goto("end") : wait({ held: true })),
        end,
      });
      const started = await start(world, "pause", {}, ID);
      await world.settle();
      await insist(world, (ports) => continueInstance(ID, ports));
      return started;
    },
    judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { held: true })],
  },
];
