import { type Analysis, analyse, END, type ReadFile, UNKNOWN, WAIT, type WorkflowGraph } from "@stephooks/graph";
import type { SeenEdge } from "./seen-edge.ts";

/** How many of the seen edges are in the graphs, and those that are not. */
export interface Comparison {
  readonly edges: number;
  readonly workflows: number;
  /** Edges that only an edge to `?` allows. */
  readonly vague: readonly string[];
  readonly missing: readonly string[];
}

/** Whether the graphs of these files have every edge that was seen of their workflows. `readFrom` reads below a folder. */
export function compareEdges(seen: readonly SeenEdge[], readFrom: (kept: string | undefined) => ReadFile): Comparison {
  const vague: string[] = [];
  const missing: string[] = [];
  const workflows = new Set<string>();
  for (const edges of Map.groupBy(seen, ({ caller, kept }) => `${kept ?? ""} ${caller}`).values()) {
    const [first] = edges;
    const readFile = readFrom(first?.kept);
    // Without its source nothing of a workflow is in a graph.
    const files = [...new Set(edges.flatMap(({ caller, file }) => [caller, file]))];
    const analysis = analyse(
      files.filter((path) => readFile(path) !== undefined),
      readFile,
    );
    for (const edge of edges) {
      workflows.add(`${edge.file} ${edge.line} ${edge.workflow}`);
      const answer = isIn(edge, graphsOf(edge, analysis));
      if (answer === "vague") vague.push(inWords(edge));
      if (answer === "missing") missing.push(inWords(edge));
    }
  }
  return { edges: seen.length, workflows: workflows.size, vague, missing };
}

/** The graphs of the call that created a workflow: it may have created several. */
function graphsOf(
  { file, line, workflow }: SeenEdge,
  { workflows }: Pick<Analysis, "workflows">,
): readonly WorkflowGraph[] {
  const here = workflows.filter(({ name, place }) => place.file === file && (name === workflow || name === UNKNOWN));
  const exact = here.filter(({ place }) => place.line === line);
  return exact.length > 0 ? exact : here;
}

function isIn(edge: SeenEdge, graphs: readonly WorkflowGraph[]): "exact" | "vague" | "missing" {
  // What a function is handed as steps is nobody's to draw.
  if (graphs.length > 0 && graphs.every(({ nodes }) => nodes.length === 0)) return "vague";
  const to = edge.to ?? (edge.kind === "wait" ? WAIT : END);
  const from = graphs.flatMap(({ edges }) => edges.filter((one) => one.from === edge.from));
  if (from.some((one) => one.to === to)) return "exact";
  return from.some((one) => one.to === UNKNOWN) ? "vague" : "missing";
}

function inWords({ file, from, kind, line, to, workflow }: SeenEdge): string {
  return `${file}:${line} workflow "${workflow}": ${from} -> ${to ?? ""} (${kind})`;
}
