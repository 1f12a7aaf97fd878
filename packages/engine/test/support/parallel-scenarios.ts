import type { StepFunction } from "../../src/step-function.ts";
import { expectState, expectStatus, type Scenario } from "./scenario.ts";
import { set, start } from "./story.ts";
import { answer, ID } from "./insistent-client.ts";

const end: StepFunction = (_state, goto) => goto(null);

/** Fan-outs and their joins. */
export const parallelScenarios: readonly Scenario[] = [
  {
    name: "three branches and their join",
    transitions: 5,
    width: 3,
    run: async (world) => {
      world.define("fan", {
        begin: (_state, goto) => goto(["a", "b", "c"], { base: 1 }),
        a: set("end", { a: 1, last: "a" }),
        b: set("end", { b: 2, last: "b" }),
        c: set("end", { c: 3 }),
        end,
      });
      return start(world, "fan", {});
    },
    judge: (head) => [
      ...expectStatus(head, "completed"),
      ...expectState(head, { base: 1, a: 1, b: 2, c: 3, last: "b" }),
    ],
  },
  {
    name: "a branch that throws once",
    transitions: 5,
    width: 2,
    run: async (world) => {
      world.define("fan", {
        begin: (_state, goto) => goto(["a", "b"]),
        a: (_state, goto, _wait, { attempt }) => {
          if (attempt === 1) throw new Error("once");
          return goto("end", { a: attempt });
        },
        b: set("end", { b: 2 }),
        end,
      });
      return start(world, "fan", {});
    },
    judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { a: 2, b: 2 })],
  },
  {
    name: "a branch that fails for good fails the instance",
    transitions: 5,
    width: 2,
    run: async (world) => {
      world.define("fan", {
        begin: (_state, goto) => goto(["a", "b"]),
        a: () => {
          throw new RangeError("never");
        },
        b: set("end", { b: 2 }),
        end,
      });
      return start(world, "fan", { kept: true });
    },
    judge: (head) => [
      ...expectStatus(head, "failed"),
      ...(head.error?.name === "RangeError" && head.error.step === "a" ? [] : ["the cause is not readable"]),
    ],
  },
  {
    name: "a join that tolerates a failure",
    transitions: 6,
    width: 2,
    run: async (world) => {
      world.define("fan", {
        begin: (_state, goto) => goto(["a", "b"], {}, { join: "allSettled" }),
        a: () => {
          throw new RangeError("never");
        },
        b: set("end", { b: 2 }),
        end: (_state, goto, _wait, { branchErrors }) => goto(null, { failures: branchErrors.length }),
      });
      return start(world, "fan", {});
    },
    judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { b: 2, failures: 1 })],
  },
  {
    name: "branches that name the same list fan out again",
    transitions: 6,
    width: 2,
    run: async (world) => {
      world.define("twice", {
        begin: (_state, goto) => goto(["a", "b"]),
        a: (_state, goto) => goto(["c", "d"], { a: 1 }),
        b: (_state, goto) => goto(["c", "d"], { b: 1 }),
        c: set("end", { c: 1 }),
        d: set("end", { d: 1 }),
        end,
      });
      return start(world, "twice", {});
    },
    judge: (head) => [...expectStatus(head, "completed"), ...expectState(head, { a: 1, b: 1, c: 1, d: 1 })],
  },
  {
    name: "a branch that waits for an answer",
    transitions: 5,
    width: 2,
    run: async (world) => {
      world.define("fan", {
        begin: (_state, goto) => goto(["a", "b"]),
        a: (state, goto, wait) => ("answer" in state ? goto("end", { a: 1 }) : wait({ waited: true })),
        b: set("end", { b: 2 }),
        end,
      });
      const started = await start(world, "fan", {}, ID);
      await world.settle();
      await answer(world, { answer: 42 });
      return started;
    },
    judge: (head) => [
      ...expectStatus(head, "completed"),
      ...expectState(head, { a: 1, b: 2, waited: true, answer: 42 }),
    ],
  },
];
