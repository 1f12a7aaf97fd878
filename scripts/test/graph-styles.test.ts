import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testApp } from "@stephooks/testkit";
import { compareEdges } from "../seen-edges/compare-edges.ts";
import type { SeenEdge } from "../seen-edges/seen-edge.ts";
import handler, { made } from "./graph-styles/styles.ts";

const source = join(import.meta.dirname, "graph-styles/styles.ts");

/** More than the longest choice in the styles has. */
const STARTS = 20;

test("steps, targets and callbacks in many styles are in the graph", async () => {
  const world = testApp(handler);
  expect((await world.request("POST", "/configure")).status).toBe(200);
  expect((await world.request("POST", "/late")).status).toBe(200);
  for (const [index, flow] of made.entries()) {
    for (let k = 0; k < STARTS; k += 1) await flow.start({ k }, { id: `${index}-${k}` });
  }
  await world.settle();
  for (let timers = 0; timers < 3; timers += 1) await world.advance("1m");
  const seen = edgesSeen();
  expect(seen.length).toBeGreaterThan(60);
  const compared = compareEdges(seen, () => textOf);
  expect(compared.missing).toEqual([]);
  // What is not followed: createRequire, and what an event carries.
  expect(compared.vague.map((edge) => edge.slice(edge.indexOf("workflow"))).toSorted()).toEqual([
    'workflow "goto goes far": begin -> event (goto)',
    'workflow "targets of CommonJS": enter -> inside (goto)',
    'workflow "targets of CommonJS": inside ->  (end)',
  ]);
});

function edgesSeen(): readonly SeenEdge[] {
  const folder = process.env["STEPHOOKS_SEEN_EDGES"] ?? "";
  return readdirSync(folder)
    .filter((file) => file.startsWith(`${process.pid}-`) && file.endsWith(".jsonl"))
    .flatMap((file) => readFileSync(join(folder, file), "utf8").trim().split("\n"))
    .map((line): SeenEdge => JSON.parse(line))
    .filter(({ file }) => file === source);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
