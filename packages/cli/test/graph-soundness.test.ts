import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { analyse, UNKNOWN } from "@stephooks/graph";
import { type GeneratedWorkflow, generateWorkflow } from "./support/generated-workflow.ts";
import { runAll, type SeenEdges } from "./support/seen-edges.ts";

const SEEDS = 200;

const starts = [0, 1, 2, 3, 4, 6, 9, 12].map((k) => ({ k }));

const folder = mkdtempSync(join(tmpdir(), "stephooks-soundness-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The text is a module that Node imports; what it registers on is put where it finds it. */
async function run(seed: number, { files }: GeneratedWorkflow): Promise<SeenEdges> {
  const place = join(folder, String(seed));
  mkdirSync(place, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const runnable = text.replace(`import { app } from "codehooks-js";`, `const app = globalThis.soundness${seed};`);
    writeFileSync(join(place, name), runnable);
  }
  return runAll(async (app) => {
    Reflect.set(globalThis, `soundness${seed}`, app);
    await import(/* @vite-ignore */ pathToFileURL(join(place, "index.mjs")).href);
  }, starts);
}

test("every transition of 200 generated workflows is in their graphs", { timeout: 300_000 }, async () => {
  let transitions = 0;
  let steps = 0;
  let open = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const generated = generateWorkflow(seed);
    const { workflows } = analyse(["index.mjs"], (path) => generated.files[path]);
    const [graph] = workflows;
    if (graph === undefined) throw new Error(`seed ${seed}: no workflow was found`);
    const seen = await run(seed, generated);
    expect({ seed, missing: seen.notIn(graph), files: generated.files }).toEqual({
      seed,
      missing: [],
      files: generated.files,
    });
    transitions += seen.asked.size;
    steps += graph.nodes.length;
    open += graph.edges.filter(({ to }) => to === UNKNOWN).length;
  }
  // It would be easy to be sound by knowing nothing, or by seeing nothing.
  expect(transitions).toBeGreaterThan(1_000);
  expect(open / steps).toBeLessThan(0.15);
});

test("a graph that lacks one edge is noticed", async () => {
  const generated = generateWorkflow(1_007);
  const [graph] = analyse(["index.mjs"], (path) => generated.files[path]).workflows;
  const seen = await run(1_007, generated);
  if (graph === undefined) throw new Error("no workflow was found");
  const [[from, to] = ["", ""]] = seen.asked.values();
  const less = {
    ...graph,
    edges: graph.edges.filter((edge) => edge.from !== from || (edge.to !== to && edge.to !== UNKNOWN)),
  };
  expect(seen.notIn(less)).toContain(`${from} -> ${to}`);
});
