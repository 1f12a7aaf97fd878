import type { WorkflowGraph } from "../workflow-graph.ts";

/** The graphs as tools read them: names of steps, and edges whose targets are steps, `END`, `WAIT` or `?`. */
export function graphJson(graphs: readonly WorkflowGraph[]): string {
  const workflows = graphs.map(({ edges, name, nodes }) => ({
    name,
    nodes,
    edges: edges.map(({ from, kind, to }) => ({ from, to, kind })),
  }));
  return `${JSON.stringify({ workflows })}\n`;
}
