import { reachedFrom } from "../rules/reach.ts";
import { type Edge, END, UNKNOWN, WAIT, type WorkflowGraph } from "../workflow-graph.ts";
import type { Overlay } from "./overlay.ts";

/** How a node is drawn: the first that fits. */
export type Look = "current" | "visited" | "missing" | "unreachable" | "step" | "end" | "wait" | "unknown";

export interface DrawnNode {
  /** For the format: letters and digits. */
  readonly id: string;
  readonly title: string;
  readonly look: Look;
  readonly isStart: boolean;
}

export interface DrawnEdge {
  readonly from: DrawnNode;
  readonly to: DrawnNode;
  readonly kind: Edge["kind"];
  /** Nothing for a plain goto. */
  readonly label: string;
  readonly isTaken: boolean;
}

/** A graph with everything a picture of it shows, in a stable order. */
export interface Drawing {
  readonly title: string;
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
}

const special: ReadonlyMap<string, Look> = new Map([
  [END, "end"],
  [WAIT, "wait"],
  [UNKNOWN, "unknown"],
]);

/** Waits and unknown targets are drawn beside the step they belong to, so that lines do not cross the whole picture. */
export function drawingOf(graph: WorkflowGraph, overlay?: Overlay): Drawing {
  const reached = reachedFrom(graph.start, graph);
  const targets = graph.edges.map(({ to }) => to).filter((to) => !special.has(to));
  const names = [...new Set([...graph.nodes, ...targets])];
  const lookOf = (name: string): Look => {
    if (overlay?.current === name) return "current";
    if (overlay?.steps.has(name)) return "visited";
    if (!graph.nodes.includes(name)) return "missing";
    return reached.has(name) || reached.has(UNKNOWN) ? "step" : "unreachable";
  };
  const steps = names.map((name, index): DrawnNode => {
    const visits = overlay?.steps.get(name) ?? 0;
    const title = visits > 1 ? `${name} ×${visits}` : name;
    return { id: `s${index}`, title, look: lookOf(name), isStart: name === graph.start };
  });
  const byName = new Map(names.map((name, index) => [name, steps[index]]));
  const extra = new Map<string, DrawnNode>();
  const nodeFor = ({ from, to }: Edge): DrawnNode | undefined => {
    const look = special.get(to);
    if (look === undefined) return byName.get(to);
    const owner = byName.get(from);
    const id = to === END ? "end0" : `${look === "wait" ? "w" : "u"}${owner?.id ?? ""}`;
    const node = extra.get(id) ?? { id, title: to, look, isStart: false };
    extra.set(id, node);
    return node;
  };
  const edges = graph.edges.flatMap((edge): readonly DrawnEdge[] => {
    const from = byName.get(edge.from);
    const to = nodeFor(edge);
    const isTaken = overlay?.taken.has(takenKey(edge.from, edge.to)) ?? false;
    return from && to ? [{ from, to, kind: edge.kind, label: edge.kind === "next" ? "" : edge.kind, isTaken }] : [];
  });
  return { title: graph.name, nodes: [...steps, ...extra.values()], edges };
}

function takenKey(from: string, to: string): string {
  return JSON.stringify([from, to]);
}
