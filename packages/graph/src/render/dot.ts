import type { DrawnEdge, DrawnNode, Drawing } from "./drawing.ts";

/** Text for Graphviz, the same for the same graph. */
export function dot({ edges, nodes, title }: Drawing): string {
  const lines = [
    `digraph ${quoted(title)} {`,
    "  rankdir=TB;",
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...nodes.map((node) => `  ${node.id} [label=${quoted(node.title)}${attributes(node)}];`),
    ...edges.map((edge) => `  ${edge.from.id} -> ${edge.to.id}${edgeAttributes(edge)};`),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", " ")}"`;
}

const looks: Readonly<Partial<Record<DrawnNode["look"], string>>> = {
  end: ", shape=doublecircle",
  wait: ", shape=parallelogram",
  unknown: ", shape=hexagon, style=dashed",
  missing: ', color="#cf222e", style="rounded,dashed"',
  unreachable: ', color="#8c959f", style="rounded,dashed"',
  visited: ', color="#1a7f37", fillcolor="#dafbe1", style="rounded,filled"',
  current: ', color="#9a6700", fillcolor="#fff8c5", style="rounded,filled", penwidth=3',
};

function attributes({ isStart, look }: DrawnNode): string {
  return (looks[look] ?? "") + (isStart ? ", peripheries=2" : "");
}

function edgeAttributes({ isTaken, kind, label }: DrawnEdge): string {
  const parts = [
    ...(label === "" ? [] : [`label=${quoted(label)}`]),
    ...(kind === "unknown" || kind === "error" || kind === "timeout" ? ["style=dashed"] : []),
    ...(isTaken ? ['color="#1a7f37"', "penwidth=3"] : []),
  ];
  return parts.length === 0 ? "" : ` [${parts.join(", ")}]`;
}
