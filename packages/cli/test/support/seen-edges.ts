import { END, UNKNOWN, WAIT, type WorkflowGraph } from "@stephooks/graph";
import { type TestApp, testApp } from "@stephooks/testkit";
import type { Workflow } from "stephooks";
import { createApp } from "stephooks/host";

type Call = (...args: readonly unknown[]) => unknown;

type Steps = Readonly<Record<string, Call>>;

/** What happened while workflows ran: what was asked for, and which steps came after which. */
export class SeenEdges {
  /** Pairs of names: from, to. */
  readonly asked = new Map<string, readonly [from: string, to: string]>();
  /** Steps of each instance in the order they began. */
  readonly runs: (readonly string[])[] = [];

  /** The same steps, writing down what they ask for and get. */
  recording(steps: Steps): Steps {
    return Object.fromEntries(Object.entries(steps).map(([step, body]) => [step, this.#recorded(step, body)]));
  }

  #recorded(step: string, body: Call): Call {
    const see = (to: unknown): void => {
      const name = typeof to === "string" ? to : END;
      this.asked.set(`${step} ${name}`, [step, name]);
    };
    return (state, goto, wait, context) => {
      const askGoto: Call = (...args) => {
        const answer = (goto as Call)(...args);
        for (const to of Array.isArray(args[0]) ? args[0] : [args[0]]) see(to);
        return answer;
      };
      const askWait: Call = (...args) => {
        const answer = (wait as Call)(...args);
        see(WAIT);
        return answer;
      };
      return body(state, askGoto, askWait, context);
    };
  }

  /** What is not in the graph, nor behind an edge to `?`: nothing, if the graph is sound. */
  notIn({ edges, start }: WorkflowGraph): readonly string[] {
    const has = (from: string, to: string): boolean =>
      edges.some((edge) => edge.from === from && (edge.to === to || edge.to === UNKNOWN));
    const asked = [...this.asked.values()].filter(([from, to]) => !has(from, to));
    const entered = this.runs.flatMap((steps) =>
      steps.flatMap((step, index) => {
        const before = steps.slice(0, index);
        // The same step again: its next attempt, or its wait is over.
        const isExplained = index === 0 ? step === start : before.some((from) => from === step || has(from, step));
        return isExplained ? [] : [`${before.join(",")} then ${step}`];
      }),
    );
    return [...asked.map(([from, to]) => `${from} -> ${to}`), ...entered];
  }
}

/** An app whose one workflow is started with each of these states, answered when it waits, and run to its end. */
export async function runAll(
  create: (app: { createWorkflow: Call }) => Promise<void>,
  starts: readonly object[],
): Promise<SeenEdges> {
  const seen = new SeenEdges();
  const app = createApp();
  let flow: Workflow<Record<string, unknown>> | undefined;
  await create({
    createWorkflow: (name, description, steps, options) => {
      flow = app.createWorkflow<string, Record<string, unknown>>(
        String(name),
        String(description),
        seen.recording(steps as Steps),
        options as object,
      );
      return flow;
    },
  });
  const world = testApp(app.init());
  for (const [index, start] of starts.entries()) {
    const id = `run-${index}`;
    await flow?.start({ ...start }, { id });
    await settle(world, id, flow);
    seen.runs.push(
      world
        .ran()
        .filter(({ instanceId }) => instanceId === id || instanceId.startsWith(`${id}#`))
        .map(({ step }) => step),
    );
  }
  return seen;
}

async function settle(world: TestApp, id: string, flow: Workflow<Record<string, unknown>> | undefined): Promise<void> {
  await world.settle();
  for (let round = 0; round < 4; round += 1) {
    const { status } = await world.instance(id);
    if (status === "completed" || status === "failed") return;
    // Some waits are answered, of others the time runs out.
    if (round % 2 === 0) await world.advance("2s");
    else await flow?.updateState(id, { answer: round });
    await world.settle();
  }
}
