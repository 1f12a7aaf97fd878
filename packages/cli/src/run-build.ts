import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { buildApp } from "./build-app.ts";
import type { Bundle } from "./bundle-app.ts";
import { findEntry, rootOf } from "./find-entry.ts";
import type { SourceMaps } from "./maps/keep-maps.ts";
import { jsonText, printText } from "./printable.ts";

/** Inputs that are shown one by one to people. */
const SHOWN = 8;

export interface RunBuildOptions {
  readonly out: string;
  readonly sourceMaps?: true;
  readonly json?: true;
}

/** `stephooks build`. */
export async function runBuild(given: string, options: RunBuildOptions): Promise<void> {
  const entry = findEntry(given);
  const { bundle, template } = await buildApp({
    entry,
    root: rootOf(given, entry),
    outDir: options.out,
    lean: true,
    sourceMaps: options.sourceMaps ?? false,
  });
  const gzipBytes = packedBytes(bundle);
  const maps = { ...mapsOf(bundle), shipped: bundle.sourceMaps };
  if (options.json) {
    const { bytes, file, inputs, startBytes } = bundle;
    printText(`${jsonText({ bundle: file, bytes, gzipBytes, startBytes, inputs, maps, template })}\n`);
    return;
  }
  printText(
    `${relative(".", bundle.file)}  ${kilobytes(bundle.bytes)}, ${kilobytes(gzipBytes)} gzipped, ${kilobytes(bundle.startBytes)} loaded at the start
${largest(bundle)}${relative(".", maps.folder)}  ${kilobytes(maps.bytes)} of source maps, ${maps.shipped ? "shipped" : "not shipped"}
${template}

Deploy: stephooks deploy --stage dev
`,
  );
}

function largest({ inputs }: Bundle): string {
  const shown = inputs.slice(0, SHOWN);
  const rest = inputs.slice(SHOWN).reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = [...shown, ...(rest === 0 ? [] : [{ name: `${inputs.length - SHOWN} more`, bytes: rest }])];
  return rows.map(({ bytes, name }) => `  ${kilobytes(bytes).padStart(7)}  ${name}\n`).join("");
}

/** Shipped ones are in the folder of the code. */
function mapsOf({ file, keptMaps }: Bundle): SourceMaps {
  if (keptMaps !== undefined) return keptMaps;
  const folder = dirname(file);
  const bytes = filesOf(folder, ".map").reduce((sum, path) => sum + statSync(path).size, 0);
  return { folder, bytes };
}

/** What the code has when it is uploaded, near enough: a zip packs each file by itself, too. */
function packedBytes({ file }: Bundle): number {
  return filesOf(dirname(file), ".mjs").reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0);
}

function filesOf(folder: string, ending: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(ending))
    .map((path) => join(folder, path));
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_024).toFixed(bytes < 10_240 ? 1 : 0)} KB`;
}
