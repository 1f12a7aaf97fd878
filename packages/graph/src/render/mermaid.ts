import type { DrawnEdge, DrawnNode, Drawing } from "./drawing.ts";

/** Mermaid flowchart text, the same for the same graph. */
export function mermaid({ edges, nodes, title }: Drawing): string {
  const lines = [
    "---",
    `title: ${JSON.stringify(title)}`,
    "---",
    "flowchart TD",
    ...nodes.map((node) => `  ${shape(node)}`),
    ...edges.map((edge) => `  ${edge.from.id} ${arrow(edge)} ${edge.to.id}`),
    ...edges.flatMap(({ isTaken }, index) => (isTaken ? [`  linkStyle ${index} stroke:#1a7f37,stroke-width:3px`] : [])),
    ...classes(nodes),
  ];
  return `${lines.join("\n")}\n`;
}

function shape({ id, isStart, look, title }: DrawnNode): string {
  // Mermaid refuses a node without text.
  const text = `"${escape(title) || "(no name)"}"`;
  if (look === "end") return `${id}((${text}))`;
  if (look === "wait") return `${id}[/${text}/]`;
  if (look === "unknown") return `${id}{{${text}}}`;
  return isStart ? `${id}([${text}])` : `${id}[${text}]`;
}

/** Quotes and everything with a meaning in Mermaid as entities. */
function escape(text: string): string {
  return text.replaceAll(/[^\w ×?.:$-]/gu, (letter) => `#${letter.codePointAt(0) ?? 0};`);
}

function arrow({ kind, label }: DrawnEdge): string {
  if (kind === "unknown" || kind === "error" || kind === "timeout") return `-. ${label} .->`;
  return label === "" ? "-->" : `-- ${label} -->`;
}

const styles: Readonly<Partial<Record<DrawnNode["look"], string>>> = {
  current: "fill:#fff8c5,stroke:#9a6700,stroke-width:3px,color:#1f2328",
  visited: "fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
  missing: "fill:#ffebe9,stroke:#cf222e,stroke-dasharray:4 3,color:#1f2328",
  unreachable: "fill:#f6f8fa,stroke:#8c959f,stroke-dasharray:4 3,color:#59636e",
};

function classes(nodes: readonly DrawnNode[]): readonly string[] {
  return Object.entries(styles).flatMap(([look, style]) => {
    const ids = nodes.filter((node) => node.look === look).map(({ id }) => id);
    return ids.length === 0 ? [] : [`  classDef ${look} ${style}`, `  class ${ids.join(",")} ${look}`];
  });
}
