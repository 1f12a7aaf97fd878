import { subscribe } from "node:diagnostics_channel";
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SeenEdge } from "./seen-edge.ts";

/*
 * Preloaded into the processes of tests: writes down every transition that a workflow takes, with where the workflow was
 * created. Without the folder that gather-edges.ts names it does nothing.
 */

const folder = process.env["STEPHOOKS_SEEN_EDGES"];
if (folder !== undefined) {
  recordEdges(folder);
  preloadIn(process.env);
}

/** Processes that a test starts write down theirs. */
function preloadIn(env: NodeJS.ProcessEnv): void {
  const given = env["NODE_OPTIONS"] ?? "";
  if (!given.includes(import.meta.url)) env["NODE_OPTIONS"] = `${given} --import=${import.meta.url}`.trim();
}

/** As `stephooks/host` publishes it: processes that run a bundle have no such types. */
interface Seen {
  readonly workflow: { readonly name: string; readonly steps: readonly string[] };
  readonly from: string;
  readonly kind: string;
  readonly to?: string;
}

type Site = Pick<SeenEdge, "file" | "line" | "kept">;

function recordEdges(folder: string): void {
  const own = `${process.pid}-${Date.now()}`;
  const sites = new WeakMap<object, Site>();
  const written = new Set<string>();
  let registered = 0;
  subscribe("stephooks:workflow", (workflow) => {
    const site = callSite();
    if (site === undefined) return;
    registered += 1;
    sites.set(workflow as object, { ...site, kept: keepSource(site.file, join(folder, `${own}-${registered}`)) });
  });
  subscribe("stephooks:transition", (message) => {
    const { from, kind, to, workflow } = message as Seen;
    const site = sites.get(workflow);
    // A body may ask for a step that is not there: that is refused.
    if (site === undefined || (to !== undefined && !workflow.steps.includes(to))) return;
    const edge: SeenEdge = { ...site, workflow: workflow.name, from, kind, to };
    const line = `${JSON.stringify(edge)}\n`;
    if (written.has(line)) return;
    written.add(line);
    appendFileSync(join(folder, `${own}.jsonl`), line);
  });
}

const product = /[/\\]packages[/\\]stephooks[/\\]src[/\\]|[/\\]node_modules[/\\]|\bnode:|[/\\]seen-edges[/\\]/;

/** Where the code stands that called stephooks. */
function callSite(): Pick<SeenEdge, "file" | "line"> | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const lines = (new Error("here").stack ?? "").split("\n").slice(1);
  Error.stackTraceLimit = stackTraceLimit;
  for (const line of lines) {
    const [, place, number] = /\(?((?:file:\/\/)?\/[^()]+?):(\d+):\d+\)?$/.exec(line) ?? [];
    if (place === undefined || product.test(place)) continue;
    return { file: place.startsWith("file:") ? fileURLToPath(place) : place, line: Number(number) };
  }
  return undefined;
}

/** Sources that a test wrote are gone, or others, when the edges are compared: keeps them, with what they import. */
function keepSource(file: string, folder: string): string | undefined {
  if (!file.startsWith(tmpdir()) && !file.includes("/.stephooks/")) return undefined;
  const kept = new Set<string>();
  const keep = (path: string): void => {
    if (kept.has(path) || !existsSync(path) || !statSync(path).isFile()) return;
    kept.add(path);
    const text = readFileSync(path, "utf8");
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    for (const [, specifier = ""] of text.matchAll(/["'](\.{1,2}\/[^"'\n]+)["']/g)) {
      for (const ending of ["", ".ts", ".js", ".mjs", "/index.ts", "/index.js"])
        keep(join(dirname(path), specifier + ending));
    }
  };
  keep(file);
  return folder;
}
