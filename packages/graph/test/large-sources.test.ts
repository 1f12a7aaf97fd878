import { expect, test } from "vitest";
import { analyse, GraphError, type WorkflowGraph } from "@stephooks/graph";

const header = "import { app } from 'codehooks-js';\n";

function numbered(count: number, write: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => write(index)).join("\n");
}

function edgesOf(files: ReadonlyMap<string, string>): readonly string[] {
  const [entry = ""] = files.keys();
  const lines = ({ edges, name }: WorkflowGraph): readonly string[] =>
    edges.map(({ from, kind, to }) => `${name}: ${from} -> ${to} ${kind}`);
  return analyse([entry], (path) => files.get(path)).workflows.flatMap(lines);
}

test("two hundred files that import each other in a ring are all followed", () => {
  const count = 200;
  const files = new Map([["index.js", numbered(count, (index) => `import './flow${index}.js';`)]]);
  for (let index = 0; index < count; index += 1) {
    const next = (index + 1) % count;
    files.set(
      `flow${index}.js`,
      `${header}import { go${next} } from './flow${next}.js';
export function go${index}(goto, state) { return goto(state.again ? 'begin' : 'end', state); }
app.createWorkflow('flow${index}', 'd', { begin: (s, goto) => go${next}(goto, s), end: (s, goto) => goto(null, s) });`,
    );
  }
  const edges = edgesOf(files);
  expect(edges).toHaveLength(3 * count);
  expect(edges.filter((edge) => edge.endsWith("unknown"))).toEqual([]);
});

test("a step of six hundred statements, and data of a thousand rows, are followed to their end", () => {
  const body = numbered(
    500,
    (index) => `const v${index} = await fetch('/${index}'); if (!v${index}.ok) s.bad = ${index};`,
  );
  const rows = numbered(1_000, (index) => `{ id: ${index}, name: 'n${index}' },`);
  const source = `${header}const rows = [${rows}];
app.createWorkflow('long', 'd', {
  begin: async (s, goto) => { ${body}\n goto(rows.length > 3 ? 'end' : 'never'); },
  end: async (s, goto) => goto(null),
});`;
  expect(edgesOf(new Map([["index.js", source]]))).toEqual(["long: begin -> end next", "long: end -> END next"]);
});

test("code with more ways than can be followed leads to ?, and the other steps keep their edges", () => {
  const helpers = numbered(
    14,
    (i) => `const h${i} = async (s, g) => (s.x${i} ? (await h${i + 1}(s, g), 1) : h${i + 1}(s, g));`,
  );
  const source = `${header}${helpers}
const h14 = (s, goto) => goto(s.y ? 'end' : null);
app.createWorkflow('wide', 'd', { begin: h0, end: async (s, goto) => goto(null) });`;
  const edges = edgesOf(new Map([["index.js", source]]));
  expect(edges).toContain("wide: begin -> ? unknown");
  expect(edges).toContain("wide: end -> END next");
});

test.each(["index.js", "index.mjs", "index.cjs", "index.ts", "index.mts", "index.cts", "index.tsx", "index.jsx"])(
  "%s that is no program is refused with its place",
  (file) => {
    const read = (): unknown => analyse([file], () => `${header}app.createWorkflow('x', 'd', {\n  begin: goto(,\n`);
    expect(read).toThrow(GraphError);
    expect(read).toThrow(
      expect.objectContaining({ code: "unreadable-source", details: { file, line: 3, column: 16 } }),
    );
  },
);

test("a file that is imported and no program leaves what comes from it unknown", () => {
  const files = new Map([
    [
      "index.js",
      `${header}import { end } from './end.js';\napp.createWorkflow('x', 'd', { begin: (s, g) => g('end'), end });`,
    ],
    ["end.js", "export const end = ;"],
  ]);
  expect(edgesOf(files)).toEqual(["x: begin -> end next", "x: end -> ? unknown"]);
});

test("an app without workflows has none, two of one name are two", () => {
  expect(edgesOf(new Map([["index.js", `${header}app.get('/', (q, r) => r.end());`]]))).toEqual([]);
  const twice = "app.createWorkflow('x', 'd', { begin: (s, goto) => goto(null) });\n".repeat(2);
  expect(edgesOf(new Map([["index.js", header + twice]]))).toEqual(["x: begin -> END next", "x: begin -> END next"]);
});
