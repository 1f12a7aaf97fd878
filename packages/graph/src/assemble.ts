import type { StepReport } from "./step-report.ts";
import { placeOf } from "./syntax/place-of.ts";
import { type Edge, type EdgeKind, END, UNKNOWN, WAIT, type WorkflowGraph } from "./workflow-graph.ts";
import type { WorkflowSource } from "./workflow-source.ts";

/** The graph of a workflow, from what each of its steps asks for. */
export function assemble(source: WorkflowSource, reports: readonly StepReport[]): WorkflowGraph {
  const nodes = [...source.steps.keys()];
  const branches = branchesOf(reports);
  const inLine = enteredInLine(nodes, branches, reports, source);
  const own = reports.flatMap((report) => edgesOf(report, branches, inLine));
  const edges = [...own, ...toleratedJoins(reports, own), ...errorEdges(nodes, branches, source)];
  const order = new Map(nodes.map((name, index) => [name, index]));
  const distinct = [...new Map(edges.map((edge) => [JSON.stringify([edge.from, edge.to, edge.kind]), edge])).values()];
  const [start] = nodes;
  return {
    name: source.name,
    nodes: withHidden(nodes, distinct, source.isOpen),
    edges: [
      ...distinct.toSorted((a, b) => (order.get(a.from) ?? 0) - (order.get(b.from) ?? 0)),
      ...hiddenEdges(nodes, distinct, source.isOpen),
    ],
    ...(start === undefined || (source.isOpen && nodes.length === 0) ? {} : { start }),
    place: placeOf(source.site.node, source.site.module),
    places: new Map([...source.steps].map(([name, { site }]) => [name, placeOf(site.node, site.module)])),
  };
}

/** Steps that run as a branch: those in a list, and where the wait of a branch goes when its time is over. */
function branchesOf(reports: readonly StepReport[]): ReadonlySet<string> {
  const branches = new Set<string>();
  const targets = (kind: EdgeKind, of: (step: string) => boolean): readonly string[] =>
    reports
      .filter(({ step }) => of(step))
      .flatMap(({ transitions }) => transitions.filter((one) => one.kind === kind).map(({ to }) => to));
  for (const step of targets("parallel", () => true)) branches.add(step);
  for (let size = -1; size !== branches.size;) {
    size = branches.size;
    for (const step of targets("timeout", (from) => branches.has(from))) branches.add(step);
  }
  return branches;
}

/** Steps that also run by themselves: the first, and what is entered by a plain goto, an error, or after a join. */
function enteredInLine(
  nodes: readonly string[],
  branches: ReadonlySet<string>,
  reports: readonly StepReport[],
  source: WorkflowSource,
): ReadonlySet<string> {
  const entered = new Set<string>([...nodes.slice(0, 1), ...source.onError.flatMap(({ step }) => step ?? [])]);
  for (const { step, transitions } of reports) {
    for (const { kind, to } of transitions) {
      if (kind === "next" || (kind === "timeout" && !branches.has(step))) entered.add(to);
    }
  }
  return entered;
}

function edgesOf(
  { step, transitions }: StepReport,
  branches: ReadonlySet<string>,
  inLine: ReadonlySet<string>,
): readonly Edge[] {
  return transitions.flatMap(({ kind, to }): readonly Edge[] => {
    if (kind !== "next" || !branches.has(step)) return [{ from: step, to, kind }];
    const join: Edge = { from: step, to, kind: "join" };
    return inLine.has(step) ? [{ from: step, to, kind }, join] : [join];
  });
}

/** A branch that may fail and be tolerated arrives at the join of the others too. */
function toleratedJoins(reports: readonly StepReport[], edges: readonly Edge[]): readonly Edge[] {
  return reports
    .flatMap(({ fanOuts }) => fanOuts)
    .filter(({ tolerant }) => tolerant)
    .flatMap(({ steps }) => {
      const joins = edges.filter(({ from, kind }) => kind === "join" && steps.includes(from));
      return steps.flatMap((from) => joins.map(({ to }): Edge => ({ from, to, kind: "join" })));
    });
}

/** A step that has failed for good goes to the error step; that step's own failure is final, unless it is a branch. */
function errorEdges(
  nodes: readonly string[],
  branches: ReadonlySet<string>,
  { onError }: WorkflowSource,
): readonly Edge[] {
  return [...new Set(onError.map(({ step }) => step))].flatMap((to) =>
    nodes
      .filter((from) => from !== to || branches.has(from))
      .map((from): Edge => (to === undefined ? { from, to: UNKNOWN, kind: "unknown" } : { from, to, kind: "error" })),
  );
}

/** Steps that others name and that the source does not show: they are in what it leaves open. */
function withHidden(nodes: readonly string[], edges: readonly Edge[], isOpen: boolean): readonly string[] {
  return isOpen ? [...nodes, ...hiddenSteps(nodes, edges)] : nodes;
}

function hiddenSteps(nodes: readonly string[], edges: readonly Edge[]): readonly string[] {
  const special: readonly string[] = [END, WAIT, UNKNOWN];
  return [...new Set(edges.map(({ to }) => to))].filter((to) => !nodes.includes(to) && !special.includes(to));
}

function hiddenEdges(nodes: readonly string[], edges: readonly Edge[], isOpen: boolean): readonly Edge[] {
  return isOpen ? hiddenSteps(nodes, edges).map((from): Edge => ({ from, to: UNKNOWN, kind: "unknown" })) : [];
}
