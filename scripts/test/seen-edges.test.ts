import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testApp } from "@stephooks/testkit";
import { createApp } from "stephooks/host";
import { compareEdges } from "../seen-edges/compare-edges.ts";
import type { SeenEdge } from "../seen-edges/seen-edge.ts";

const source = `import { app } from "stephooks";
const targets = JSON.parse(process.env.TARGETS);
app.createWorkflow("order", "", {
  begin: (state, goto) => goto("pay"),
  pay: (state, goto, wait) => (state.paid ? goto(null) : wait({}, { onTimeout: "remind" })),
  remind: (state, goto) => goto(targets[state.n]),
});`;

const place = { file: "/app/index.js", line: 3, caller: "/app/index.js", workflow: "order" };

const compare = (...seen: readonly Omit<SeenEdge, "file" | "line" | "caller" | "workflow">[]) =>
  compareEdges(
    seen.map((edge) => ({ ...place, ...edge })),
    () => (path) => (path === place.file ? source : undefined),
  );

test("edges that are in the graph are no complaint", () => {
  const compared = compare(
    { from: "begin", kind: "goto", to: "pay" },
    { from: "pay", kind: "wait" },
    { from: "pay", kind: "timeout", to: "remind" },
    { from: "pay", kind: "end" },
  );
  expect(compared).toEqual({ edges: 4, workflows: 1, vague: [], missing: [] });
});

test("an edge that is not in the graph is named with its workflow and file", () => {
  const wrong = { from: "begin", kind: "goto", to: "remind" };
  expect(compare(wrong).missing).toEqual(['/app/index.js:3 workflow "order": begin -> remind (goto)']);
});

test("an edge to ? covers its own step, and no other", () => {
  expect(compare({ from: "remind", kind: "goto", to: "pay" })).toMatchObject({ missing: [], vague: [{}] });
  expect(compare({ from: "pay", kind: "goto", to: "begin" }).missing).toHaveLength(1);
});

test("an edge of a workflow that has no graph is missing", () => {
  const elsewhere = { ...place, workflow: "other", from: "begin", kind: "goto", to: "pay" };
  expect(compareEdges([elsewhere], () => () => source).missing).toHaveLength(1);
});

test("what workflows do in a test is written down", async () => {
  const app = createApp();
  const name = "written down";
  const flow = app.createWorkflow(
    name,
    "Every kind of transition",
    {
      begin: async (_state, goto) => goto(["left", "right"]),
      left: async (_state, goto) => goto("ask"),
      right: async (_state, goto) => goto("ask"),
      ask: async (_state, _goto, wait) => wait({}, { timeout: "1h", onTimeout: "break" }),
      break: async () => {
        throw new TypeError("for good");
      },
      repair: async (_state, goto) => goto(null),
      unknown: async (_state, goto) => goto("repair"),
    },
    { onError: "repair", maxRetries: 0 },
  );
  const world = testApp(app.init());
  await flow.start({}, { id: "a" });
  await world.advance("2h");
  expect(await world.instance("a")).toMatchObject({ status: "completed" });
  const folder = process.env["STEPHOOKS_SEEN_EDGES"] ?? "";
  const written = readdirSync(folder)
    .filter((file) => file.startsWith(`${process.pid}-`) && file.endsWith(".jsonl"))
    .flatMap((file) => readFileSync(join(folder, file), "utf8").trim().split("\n"))
    .map((line): SeenEdge => JSON.parse(line))
    .filter(({ file, workflow }) => file === import.meta.filename && workflow === name);
  expect(written.map(({ from, kind, to }) => `${from} ${kind} ${to ?? "-"}`)).toEqual([
    "begin parallel left",
    "begin parallel right",
    "left goto ask",
    "right goto ask",
    "ask wait -",
    "ask timeout break",
    "break error repair",
    "repair end -",
  ]);
});
