import { createHash } from "node:crypto";
import { subscribe } from "node:diagnostics_channel";
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SeenEdge } from "./seen-edge.ts";

/*
 * Preloaded into the processes of tests: writes down every transition that a workflow takes, with where the workflow was
 * created. Without the folder that gather-edges.ts names it does nothing.
 */

const workspace = fileURLToPath(new URL("../..", import.meta.url));
const gathered = process.env["STEPHOOKS_SEEN_EDGES"];
if (gathered !== undefined) {
  recordEdges(gathered);
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

function isSeen(message: unknown): message is Seen {
  return typeof message === "object" && message !== null && "workflow" in message && "from" in message;
}

type Site = Pick<SeenEdge, "file" | "line" | "caller" | "kept">;

function recordEdges(folder: string): void {
  const own = `${process.pid}-${Date.now()}`;
  const sites = new WeakMap<object, Site>();
  const written = new Set<string>();
  subscribe("stephooks:workflow", (workflow) => {
    const site = callSite();
    if (site === undefined || typeof workflow !== "object" || workflow === null) return;
    sites.set(workflow, { ...site, kept: keepSource([site.caller, site.file], folder) });
  });
  subscribe("stephooks:transition", (message) => {
    if (!isSeen(message)) return;
    const { from, kind, to, workflow } = message;
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

/** Where the code stands that called stephooks, and which file's code that was called by in the end. */
function callSite(): Pick<SeenEdge, "file" | "line" | "caller"> | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 50;
  const frames = (new Error("here").stack ?? "").split("\n").slice(1);
  Error.stackTraceLimit = stackTraceLimit;
  let found: Pick<SeenEdge, "file" | "line"> | undefined;
  let caller = "";
  for (const frame of frames) {
    const [, place, line, column] = /\(?((?:file:\/\/)?\/[^()]+?):(\d+):(\d+)\)?$/.exec(frame) ?? [];
    if (place === undefined || product.test(place)) continue;
    const file = place.startsWith("file:") ? fileURLToPath(place) : place;
    const site = sourceOf(file, Number(line), Number(column));
    if (product.test(site.file)) continue;
    if (found === undefined && isBundle(site.file)) return undefined;
    found ??= site;
    caller = site.file;
  }
  return found && { ...found, caller };
}

const maps = new Map<string, SourceMap>();

/** Of a bundle whose process does not read source maps. */
function sourceOf(file: string, line: number, column: number): Pick<SeenEdge, "file" | "line"> {
  const path = `${file}.map`;
  if (!maps.has(path) && !existsSync(path)) return { file, line };
  const map = maps.get(path) ?? new SourceMap(JSON.parse(readFileSync(path, "utf8")));
  maps.set(path, map);
  const entry = map.findEntry(line - 1, column - 1);
  if (!("originalSource" in entry)) return { file, line };
  return { file: join(dirname(file), entry.originalSource), line: entry.originalLine + 1 };
}

/** One without a map has stephooks in it, and does not tell which lines are the app's. */
function isBundle(file: string): boolean {
  return existsSync(file) && readFileSync(file, "utf8").includes('channel("stephooks:workflow")');
}

/**
 * Sources that a test wrote are gone, or others, when the edges are compared: keeps them, with what they import, in a
 * folder named for their content.
 */
function keepSource(files: readonly string[], folder: string): string | undefined {
  if (files.every((file) => file.startsWith(workspace) && !file.includes("/.stephooks/"))) return undefined;
  const texts = new Map<string, string>();
  const keep = (path: string): void => {
    if (texts.has(path) || !existsSync(path) || !statSync(path).isFile()) return;
    const text = readFileSync(path, "utf8");
    texts.set(path, text);
    for (const [, specifier = ""] of text.matchAll(/["'](\.{1,2}\/[^"'\n]+)["']/g)) {
      for (const ending of ["", ".ts", ".js", ".mjs", "/index.ts", "/index.js"])
        keep(join(dirname(path), specifier + ending));
    }
  };
  for (const file of files) keep(file);
  const kept = join(
    folder,
    createHash("sha256")
      .update(JSON.stringify([...texts]))
      .digest("hex"),
  );
  for (const [path, text] of texts) {
    mkdirSync(join(kept, dirname(path)), { recursive: true });
    writeFileSync(join(kept, path), text);
  }
  return kept;
}
