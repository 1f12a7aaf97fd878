import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compareEdges } from "./compare-edges.ts";
import type { SeenEdge } from "./seen-edge.ts";

/* Compares the edges in a folder that record-edges.ts wrote to with the graphs. Exit code 1 when one is missing. */

/** The product, and what plays AWS in its tests, are for them what a package is for an app: not looked into. */
const product = /\/packages\/(?:[^/]+\/src\/|stephooks\/test\/support\/app-world\.ts$)/;

const [folder = "."] = process.argv.slice(2);
const seen = linesBelow(folder).map((line): SeenEdge => JSON.parse(line));
const { edges, missing, vague, workflows } = compareEdges(seen, (kept) => (path) => textOf(join(kept ?? "", path)));
for (const edge of missing) process.stderr.write(`Not in the graph: ${edge}\n`);
process.stdout.write(`Seen of ${workflows} workflows: ${edges} edges, ${vague.length} of them behind an edge to ?.\n`);
if (missing.length > 0) process.exitCode = 1;

function linesBelow(path: string): readonly string[] {
  const files = readdirSync(path).filter((name) => name.endsWith(".jsonl"));
  // A process that was killed while it wrote leaves its last line without an end.
  return [...new Set(files.flatMap((name) => readFileSync(join(path, name), "utf8").split("\n").slice(0, -1)))];
}

function textOf(path: string): string | undefined {
  if (product.test(path)) return undefined;
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
