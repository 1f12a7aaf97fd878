import { runInThisContext } from "node:vm";
import {
  defineWorkflow,
  type Goto,
  type StepContext,
  type StepFunction,
  type TransitionEvent,
  type TransitionListener,
} from "@stephooks/engine";
import { analyse, END, UNKNOWN, WAIT, type WorkflowGraph } from "@stephooks/graph";
import { expect, test } from "vitest";
import { engineParts } from "../src/engine-parts.ts";
import { profileNames } from "../src/profiles.ts";
import { askedBy, type Shape, stepOfShape } from "../src/shape.ts";
import { shapeSource } from "../src/shape-source.ts";
import type { BodyHost, WorkflowMaker } from "../src/shape-workflow.ts";
import { simulate } from "../src/simulate.ts";

const SEEDS = 40;

type Seen = Map<string, Set<string>>;

/** The steps of the text, run as it stands but for its imports. */
function stepsOf(shape: Shape, host: BodyHost): Readonly<Record<string, StepFunction>> {
  const code = shapeSource(shape).replace(/^import .*$/gm, "");
  const keys = (step: string, state: Readonly<Record<string, unknown>>, attempt: number): object => {
    const asked = askedBy(step, stepOfShape(shape, step), state, attempt);
    return asked.kind === "throw" ? {} : asked.set;
  };
  let found: Readonly<Record<string, StepFunction>> = {};
  const app = {
    createWorkflow: (_name: string, _description: string, steps: Readonly<Record<string, StepFunction>>) => {
      found = steps;
    },
  };
  runInThisContext(`({ app, keys, mailed, work }) => {${code}}`)({ app, keys, mailed: host.mailed, work: host.work });
  return found;
}

/** Makes workflows of their texts, and notes what their bodies ask for. */
function fromSource(seen: Seen): WorkflowMaker {
  return (shape, host, has = () => true) => {
    const steps = Object.entries(stepsOf(shape, host)).flatMap(([name, run]) =>
      has(name) ? [[name, watched(run, (to) => note(seen, shape.name, name, to))] as const] : [],
    );
    return defineWorkflow(shape.name, shape.name, Object.fromEntries(steps), { history: "changes", ...shape.options });
  };
}

function watched(run: StepFunction, see: (to: string) => void): StepFunction {
  return (document, goto, wait, context: StepContext) => {
    const watchedGoto: Goto = (next, ...rest) => {
      for (const to of Array.isArray(next) ? next : [next]) see(to ?? END);
      return goto(next, ...rest);
    };
    return run(
      document,
      watchedGoto,
      (...given) => {
        see(WAIT);
        return wait(...given);
      },
      context,
    );
  };
}

/** What no body asks for: the end of a wait's time, and a failure for good. */
function listening(seen: Seen): (listener: TransitionListener) => TransitionListener {
  return (listener) => (event: TransitionEvent) => {
    const { after, before } = event;
    const isTimeout = before.status === "waiting" && before.timeoutStep === after.step;
    const isFailure = after.error !== undefined && after.error !== before.error && after.step !== before.step;
    if (after.visit !== before.visit && (isTimeout || isFailure)) note(seen, after.workflow, before.step, after.step);
    return listener(event);
  };
}

function note(seen: Seen, workflow: string, from: string, to: string): void {
  seen.set(workflow, (seen.get(workflow) ?? new Set()).add(`${from} -> ${to}`));
}

function graphOf(shape: Shape): WorkflowGraph {
  const [graph] = analyse(["index.mjs"], (file) => (file === "index.mjs" ? shapeSource(shape) : undefined)).workflows;
  if (graph === undefined) throw new TypeError(`no workflow in the source of ${shape.name}`);
  return graph;
}

test("every edge that a simulation sees is in the graph of its workflow's source, which knows all of them", async () => {
  let edges = 0;
  for (const profile of profileNames) {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const seen: Seen = new Map();
      const parts = { ...engineParts, listener: listening(seen) };
      const { hash, shapes } = await simulate({ seed, profile, parts, makeWorkflow: fromSource(seen) });
      // The text is what the simulator runs: the same run to the last byte.
      expect({ profile, seed, hash }).toEqual({ profile, seed, hash: (await simulate({ seed, profile })).hash });
      for (const shape of shapes) {
        const graph = graphOf(shape);
        const drawn = new Set(graph.edges.map(({ from, to }) => `${from} -> ${to}`));
        const found = [...(seen.get(shape.name) ?? [])];
        expect({ profile, seed, missing: found.filter((edge) => !drawn.has(edge)) }).toEqual({
          profile,
          seed,
          missing: [],
        });
        expect(graph.edges.filter(({ to }) => to === UNKNOWN)).toEqual([]);
        edges += found.length;
      }
    }
  }
  expect(edges).toBeGreaterThan(1_000);
}, 120_000);
