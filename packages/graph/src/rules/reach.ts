import type { Finding } from "../finding.ts";
import { UNKNOWN, type WorkflowGraph } from "../workflow-graph.ts";

/** The steps that the first one leads to, itself included. */
export function reachedFrom(start: string | undefined, { edges }: Pick<WorkflowGraph, "edges">): ReadonlySet<string> {
  const reached = new Set<string>(start === undefined ? [] : [start]);
  for (const step of reached) for (const { from, to } of edges) if (from === step) reached.add(to);
  return reached;
}

/** WF102. A step that is reached and may go anywhere leaves nothing to say. */
export function checkReach(graph: WorkflowGraph): readonly Finding[] {
  const reached = reachedFrom(graph.start, graph);
  if (graph.start === undefined || reached.has(UNKNOWN)) return [];
  return graph.nodes
    .filter((step) => !reached.has(step))
    .map((step) => ({
      code: "WF102",
      workflow: graph.name,
      step,
      message: `No way leads from the first step "${graph.start}" to step "${step}". Go there from another step, or remove it.`,
      ...(graph.places.get(step) ?? graph.place),
    }));
}
