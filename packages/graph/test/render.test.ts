import { Window } from "happy-dom";
import { beforeAll, expect, test } from "vitest";
import {
  analyse,
  codeFrame,
  dot,
  drawingOf,
  graphJson,
  mermaid,
  overlayOf,
  svg,
  type WorkflowGraph,
} from "@stephooks/graph";
import { readCorpus } from "./support/read-corpus.ts";

const graphs: readonly WorkflowGraph[] = readCorpus().flatMap(({ files }) => {
  const [entry = ""] = files.keys();
  return analyse([entry], (path) => files.get(path)).workflows;
});

function graphOf(name: string): WorkflowGraph {
  const found = graphs.find((graph) => graph.name === name);
  if (found === undefined) throw new Error(`the corpus has no ${name}`);
  return found;
}

let parse: (text: string) => Promise<unknown>;

beforeAll(async () => {
  // The parser cleans its texts with the browser's own means.
  const window = new Window();
  Object.assign(globalThis, { window, document: window.document, Element: window.Element });
  const { default: library } = await import("mermaid");
  parse = (text) => library.parse(text);
});

test("Mermaid's own parser reads every graph of the corpus", async () => {
  for (const graph of graphs) {
    await expect(parse(mermaid(drawingOf(graph)))).resolves.toMatchObject({ diagramType: "flowchart-v2" });
  }
});

test("it would refuse what is none", async () => {
  await expect(parse(`${mermaid(drawingOf(graphOf("parity")))}\n  s0 --> [`)).rejects.toThrow();
});

test("the same source gives the same picture", () => {
  const { files } = readCorpus().find(({ title }) => title === "fan-out and join") ?? {
    files: new Map<string, string>(),
  };
  const draw = (): string => {
    const [graph] = analyse(["index.js"], (path) => files.get(path)).workflows;
    if (graph === undefined) throw new Error("no graph");
    const drawing = drawingOf(graph);
    return svg(drawing) + dot(drawing) + mermaid(drawing);
  };
  expect(draw()).toBe(draw());
});

test("no part of an edge is outside of the picture", () => {
  for (const graph of graphs) {
    const picture = svg(drawingOf(graph));
    const [, left = "", , width = ""] = /viewBox="(\S+) (\S+) (\S+) \S+"/.exec(picture) ?? [];
    const across = [...picture.matchAll(/ d="(M[^"]*)" fill="none"/g)].flatMap(([, path = ""]) =>
      [...path.matchAll(/[\d.-]+/g)].map(Number).filter((_number, index) => index % 2 === 0),
    );
    expect(Math.min(...across, Number(left)), graph.name).toBe(Number(left));
    expect(Math.max(...across, 0), graph.name).toBeLessThan(Number(left) + Number(width));
  }
});

test("names are text in every format", () => {
  const name = `a"<b>&\\`;
  const place = { file: "x", line: 1, column: 1 };
  const graph: WorkflowGraph = {
    name,
    nodes: ["s"],
    edges: [{ from: "s", to: "END", kind: "next" }],
    start: "s",
    place,
    places: new Map(),
  };
  const drawing = drawingOf(graph);
  expect(svg(drawing)).toContain("a&quot;&lt;b&gt;&amp;");
  expect(svg(drawing)).not.toContain("<b>");
  expect(dot(drawing)).toContain(String.raw`digraph "a\"<b>&\\"`);
  const smiling = mermaid(drawingOf({ ...graph, nodes: ["😀"], edges: [] }));
  expect(smiling).toContain('"#128512;"');
  expect(JSON.parse(graphJson([graph]))).toEqual({
    workflows: [{ name, nodes: ["s"], edges: [{ from: "s", to: "END", kind: "next" }] }],
  });
});

test("an instance's path lies over the graph", () => {
  const graph = graphOf("both");
  const entries = ["start", "left", "right"].map((step) => ({ step, outcome: "goto" }));
  const overlay = overlayOf({ entries, status: "running", step: "join" }, graph);
  expect(overlay.current).toBe("join");
  expect(overlay.taken).toContain(JSON.stringify(["start", "right"]));
  expect(overlay.taken).not.toContain(JSON.stringify(["join", "END"]));
  expect(mermaid(drawingOf(graph, overlay))).toContain("class s3 current");
});

test("a code frame marks the place below its line", () => {
  expect(codeFrame("one\ntwo\nthree\nfour", 2, 2)).toBe("  1 | one\n> 2 | two\n    |  ^\n  3 | three\n  4 | four");
});
