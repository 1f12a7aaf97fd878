import type { Finding } from "../finding.ts";
import type { StepReport, Transition } from "../step-report.ts";
import { DEPENDS } from "../evaluate/value.ts";
import { END, UNKNOWN, WAIT, type WorkflowGraph } from "../workflow-graph.ts";
import type { WorkflowSource } from "../workflow-source.ts";
import { reachedFrom } from "./reach.ts";

/** As in the engine. */
const DEFAULT_TRANSITIONS = 1_000_000;

/** WF103 and WF104: cycles without a way out, and those that only a limit of the engine ends. */
export function checkCycles(
  graph: WorkflowGraph,
  reports: readonly StepReport[],
  source: WorkflowSource,
): readonly Finding[] {
  const reached = reachedFrom(graph.start, graph);
  const byStep = new Map(reports.map((report) => [report.step, report]));
  return cyclesOf(graph.nodes, byStep).flatMap((cycle) => {
    if (!cycle.some((step) => reached.has(step))) return [];
    const [first = ""] = cycle;
    const found = judge(cycle, byStep, graph, source);
    return found ? [{ ...found, workflow: graph.name, step: first, ...(graph.places.get(first) ?? graph.place) }] : [];
  });
}

function judge(
  cycle: readonly string[],
  reports: ReadonlyMap<string, StepReport>,
  graph: WorkflowGraph,
  { limits }: WorkflowSource,
): Pick<Finding, "code" | "message"> | undefined {
  const way = [...cycle, cycle[0]].map((step) => `"${step}"`).join(" → ");
  const plain = graph.edges.filter(({ kind }) => kind !== "error");
  const ahead = new Set(cycle.flatMap((step) => [...reachedFrom(step, { edges: plain })]));
  const inside = cycle.flatMap((step) => reports.get(step)?.transitions ?? []);
  const limit = limitText(limits);
  if (![END, WAIT, UNKNOWN].some((target) => ahead.has(target)) && !leavesByEnd(ahead, reports)) {
    // A throw that the state decides on is a way out; one for a broken connection is not.
    const throws = cycle.some((step) => ((reports.get(step)?.throwGuards ?? 0) & DEPENDS.state) !== 0);
    const isBounded =
      limits.length > 0 || throws || graph.edges.some(({ from, kind }) => kind === "error" && cycle.includes(from));
    if (!isBounded) {
      return {
        code: "WF103",
        message: `The cycle ${way} has no way out: no step of it leads to goto(null), a wait or an end. Go on to another step when the work is done.`,
      };
    }
    return throws && limits.length === 0
      ? undefined
      : {
          code: "WF104",
          message: `Nothing but ${limit} ends the cycle ${way}. Let the state or an answer decide when it ends.`,
        };
  }
  const isSlow = inside.some(({ delayed, to }) => delayed && (cycle.includes(to) || to === WAIT));
  const exits = inside.filter(({ to }) => !cycle.includes(to));
  const byData = exits.some(({ guards, to }) => (guards & DEPENDS.state) !== 0 || to === WAIT || to === UNKNOWN);
  if (isSlow || byData || cycle.some((step) => reports.get(step)?.throwGuards !== undefined)) return undefined;
  if (exits.every(({ guards }) => (guards & DEPENDS.outside) === 0) || limits.length > 0) {
    return {
      code: "WF104",
      message: `Neither the state nor a person bounds the cycle ${way}, only ${limit} does. Count its turns in the state, or wait between them.`,
    };
  }
  return undefined;
}

/** A way to a step that ends otherwise, such as one that always throws: that is no cycle. */
function leavesByEnd(ahead: ReadonlySet<string>, reports: ReadonlyMap<string, StepReport>): boolean {
  return [...ahead].some((step) => reports.get(step)?.transitions.length === 0);
}

function limitText(limits: WorkflowSource["limits"]): string {
  const given = limits.map(({ option, value }) => (value === undefined ? option : `${option} (${value})`));
  return given.length > 0
    ? given.join(" and ")
    : `the engine's limit of ${DEFAULT_TRANSITIONS} transitions (maxTransitions)`;
}

/** The strongly connected parts that are cycles, each in the order of the steps. */
function cyclesOf(nodes: readonly string[], reports: ReadonlyMap<string, StepReport>): readonly (readonly string[])[] {
  const onward = (step: string): readonly string[] =>
    (reports.get(step)?.transitions ?? [])
      .filter(({ ends, kind }: Transition) => !ends && kind !== "wait" && kind !== "unknown")
      .map(({ to }) => to);
  const edges = nodes.flatMap((from) => onward(from).map((to) => ({ from, to, kind: "next" as const })));
  const reach = new Map(
    nodes.map((step) => [step, new Set(onward(step).flatMap((next) => [...reachedFrom(next, { edges })]))]),
  );
  const cycles: string[][] = [];
  for (const step of nodes) {
    if (!reach.get(step)?.has(step) || cycles.some((cycle) => cycle.includes(step))) continue;
    cycles.push(nodes.filter((other) => reach.get(step)?.has(other) && reach.get(other)?.has(step)));
  }
  return cycles;
}
