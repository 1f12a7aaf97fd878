import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compareEdges } from "./compare-edges.ts";
import type { SeenEdge } from "./seen-edge.ts";

/* Compares the edges in a folder of files, one JSON object a line, with the graphs. Exit code 1 when one is missing. */

const [folder = "."] = process.argv.slice(2);
const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
const lines = files.flatMap((name) => readFileSync(join(folder, name), "utf8").trim().split("\n"));
const seen = [...new Set(lines)].map((line): SeenEdge => JSON.parse(line));
const { edges, missing, vague, workflows } = compareEdges(seen, (kept) => (path) => textOf(kept === undefined ? path : join(kept, path)));
for (const edge of missing) process.stderr.write(`not in the graph: ${edge}\n`);
if (process.env["STEPHOOKS_SEEN_VAGUE"]) for (const edge of vague) process.stderr.write(`behind ?: ${edge}\n`);
process.stdout.write(`Edges of ${workflows} workflows seen: ${edges}; behind an edge to ?: ${vague.length}.\n`);
if (missing.length > 0) process.exitCode = 1;

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
