import { Graph, layout } from "@dagrejs/dagre";
import type { DrawnEdge, DrawnNode, Drawing } from "./drawing.ts";

const HEIGHT = 40;
const LETTER = 8.2;
const MARGIN = 24;
const TITLE = 32;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A picture that stands alone: its own text, no script, the same for the same graph. */
export function svg(drawing: Drawing): string {
  const { edges, height, nodes, width: layoutWidth } = placed(drawing);
  const { left, width } = extent(layoutWidth, drawing.title, edges);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${left} 0 ${width} ${height}" role="img" aria-label="${escape(`Workflow ${drawing.title}`)}" font-family="system-ui, sans-serif" font-size="14">`,
    `  <title>${escape(`Workflow ${drawing.title}`)}</title>`,
    `  <rect x="${left}" width="100%" height="100%" fill="#ffffff"/>`,
    `  <defs>${marker("arrow", "#57606a")}${marker("taken", "#1a7f37")}</defs>`,
    `  <text x="${left + MARGIN}" y="${MARGIN}" font-weight="600" fill="#1f2328">${escape(drawing.title)}</text>`,
    ...edges.flatMap(({ edge, label, points }) => edgeLines(edge, points, label)),
    ...nodes.flatMap(({ at, node, width: size }) => nodeLines(node, at, size)),
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}

interface PlacedEdge {
  readonly edge: DrawnEdge;
  readonly points: readonly Point[];
  readonly label: Point | undefined;
}

interface Placed {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly { readonly node: DrawnNode; readonly at: Point; readonly width: number }[];
  readonly edges: readonly PlacedEdge[];
}

function placed({ edges, nodes }: Drawing): Placed {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 36, ranksep: 52, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, title } of nodes) graph.setNode(id, { width: widthOf(title), height: HEIGHT });
  for (const [index, { from, label, to }] of edges.entries()) {
    graph.setEdge(
      from.id,
      to.id,
      { width: widthOfLabel(label), height: label === "" ? 0 : 16, labelpos: "c" },
      String(index),
    );
  }
  layout(graph);
  const size = graph.graph();
  return {
    width: round(size.width ?? 0),
    height: round((size.height ?? 0) + TITLE),
    nodes: nodes.map((node) => ({ node, at: moved(graph.node(node.id)), width: widthOf(node.title) })),
    edges: edges.map((edge, index) => {
      const found = graph.edge({ v: edge.from.id, w: edge.to.id, name: String(index) });
      return { edge, points: (found.points ?? []).map(moved), label: edge.label === "" ? undefined : moved(found) };
    }),
  };
}

/** From where to where the picture goes: the layout counts its nodes, and edges may bow out beside them. */
function extent(layoutWidth: number, title: string, edges: readonly PlacedEdge[]): { left: number; width: number } {
  const beside = edges.flatMap(({ edge, label, points }) => [
    ...points.flatMap(({ x }) => [x - MARGIN / 2, x + MARGIN / 2]),
    ...(label ? [label.x - widthOfLabel(edge.kind) / 2, label.x + widthOfLabel(edge.kind) / 2] : []),
  ]);
  const left = Math.floor(Math.min(0, ...beside));
  const right = Math.ceil(Math.max(layoutWidth, ...beside, left + 2 * MARGIN + title.length * LETTER));
  return { left, width: right - left };
}

function moved({ x = 0, y = 0 }: { readonly x?: number | undefined; readonly y?: number | undefined }): Point {
  return { x: round(x), y: round(y + TITLE) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function widthOf(title: string): number {
  return Math.max(56, round(title.length * LETTER + 28));
}

function widthOfLabel(label: string): number {
  return label === "" ? 0 : round(label.length * 6.4 + 8);
}

function marker(id: string, color: string): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8Z" fill="${color}"/></marker>`;
}

function edgeLines(
  { isTaken, kind }: DrawnEdge,
  points: readonly Point[],
  label: Point | undefined,
): readonly string[] {
  const isDashed = kind === "unknown" || kind === "error" || kind === "timeout";
  const [color, width, end] = isTaken ? ["#1a7f37", 3, "taken"] : ["#57606a", 1.5, "arrow"];
  const dash = isDashed ? ' stroke-dasharray="5 4"' : "";
  const line = `  <path d="${curve(points)}" fill="none" stroke="${color}" stroke-width="${width}"${dash} marker-end="url(#${end})"/>`;
  if (label === undefined) return [line];
  const box = widthOfLabel(kind);
  return [
    line,
    `  <rect x="${round(label.x - box / 2)}" y="${round(label.y - 8)}" width="${box}" height="16" fill="#ffffff"/>`,
    `  <text x="${label.x}" y="${round(label.y + 4)}" text-anchor="middle" font-size="11" fill="#59636e">${kind}</text>`,
  ];
}

/** Through the points of the layout, rounded between them. */
function curve(points: readonly Point[]): string {
  const [first, ...others] = points;
  if (first === undefined) return "";
  const parts = others.map((point, index) => {
    const next = others[index + 1];
    if (next === undefined) return `L${point.x} ${point.y}`;
    return `Q${point.x} ${point.y} ${round((point.x + next.x) / 2)} ${round((point.y + next.y) / 2)}`;
  });
  return [`M${first.x} ${first.y}`, ...parts].join(" ");
}

const colors: Readonly<Record<DrawnNode["look"], readonly [fill: string, stroke: string, text: string]>> = {
  step: ["#ddf4ff", "#0969da", "#1f2328"],
  current: ["#fff8c5", "#9a6700", "#1f2328"],
  visited: ["#dafbe1", "#1a7f37", "#1f2328"],
  missing: ["#ffebe9", "#cf222e", "#1f2328"],
  unreachable: ["#f6f8fa", "#8c959f", "#59636e"],
  end: ["#1f2328", "#1f2328", "#ffffff"],
  wait: ["#fbefff", "#8250df", "#1f2328"],
  unknown: ["#ffffff", "#57606a", "#1f2328"],
};

function nodeLines({ isStart, look, title }: DrawnNode, { x, y }: Point, width: number): readonly string[] {
  const [fill, stroke, text] = colors[look];
  const isDashed = look === "missing" || look === "unreachable" || look === "unknown";
  const corner = look === "end" || look === "wait" ? HEIGHT / 2 : 6;
  const line = isStart || look === "current" ? 3 : 1.5;
  const dash = isDashed ? ' stroke-dasharray="5 4"' : "";
  return [
    `  <rect x="${round(x - width / 2)}" y="${round(y - HEIGHT / 2)}" width="${width}" height="${HEIGHT}" rx="${corner}" fill="${fill}" stroke="${stroke}" stroke-width="${line}"${dash}/>`,
    `  <text x="${x}" y="${round(y + 5)}" text-anchor="middle" fill="${text}">${escape(title)}</text>`,
  ];
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
