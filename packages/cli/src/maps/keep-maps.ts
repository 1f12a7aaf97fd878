import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { BundleFile } from "../merge-start.ts";

/** A bundle's code that says in its stacks which bundle it is, and what was kept of its maps. */
export interface MappedCode {
  /** Without the maps. */
  readonly files: readonly BundleFile[];
  readonly maps: SourceMaps;
}

/** Source maps of a bundle. */
export interface SourceMaps {
  /** Absolute. */
  readonly folder: string;
  readonly bytes: number;
}

/** Builds of which maps are kept. */
const BUILDS = 20;

/** Hexadecimal digits of a build's name. */
const DIGITS = 12;

/** Where the maps of an app's builds are; not uploaded. */
export function mapsFolder(root: string): string {
  return join(root, ".stephooks/maps");
}

/**
 * Keeps the source maps of a bundle beside it, in a folder that is named by its content: the same sources give the same
 * name, so maps that are gone can be made again. The code names that folder in the place of its own files, by
 * `sourceURL`, which V8 prints in stacks and nothing reads: a function does not start later for it.
 *
 * `from` is the folder the maps say their sources from, `target` gets the folder.
 */
export function keepMaps(given: readonly BundleFile[], from: string, target: string): MappedCode {
  const maps = given.filter(({ name }) => name.endsWith(".map"));
  const code = given.filter(({ name }) => !name.endsWith(".map"));
  const build = `build-${digestOf([...code, ...maps])}`;
  const folder = join(target, build);
  const bytes = writeMaps(maps, from, folder);
  keepBuilds(target);
  return {
    files: code.map(({ name, text, ...file }) => ({
      ...file,
      name,
      text: `${text.trimEnd()}\n//# sourceURL=${build}/${name}\n`,
    })),
    maps: { folder, bytes },
  };
}

function digestOf(files: readonly BundleFile[]): string {
  const hash = createHash("sha256");
  for (const { name, text } of files.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    hash.update(JSON.stringify([name, text]));
  }
  return hash.digest("hex").slice(0, DIGITS);
}

/** All of a folder or nothing: who reads it while it is written finds no half of it. */
function writeMaps(maps: readonly BundleFile[], from: string, folder: string): number {
  const files = maps.map(({ name, text }) => ({ name, text: withSources(text, join(from, name), join(folder, name)) }));
  const fresh = `${folder}.${process.pid}`;
  for (const { name, text } of files) {
    mkdirSync(dirname(join(fresh, name)), { recursive: true });
    writeFileSync(join(fresh, name), text);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
}

/** With the app's own code in it, which may be another one when a stack is read. */
function withSources(text: string, from: string, to: string): string {
  const map: { sources: string[]; sourcesContent?: (string | null)[] } = JSON.parse(text);
  const files = map.sources.map((source) => resolve(dirname(from), source));
  map.sources = files.map((file) => relative(dirname(to), file).split(sep).join("/"));
  map.sourcesContent = files.map((file) => (file.includes(`${sep}node_modules${sep}`) ? null : contentOf(file)));
  return JSON.stringify(map);
}

/** Null for what is no file, such as a module that a plugin makes. */
function contentOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

/** The newest stay. A build that is made again is new. */
function keepBuilds(target: string): void {
  const made = readdirSync(target)
    .map((name) => join(target, name))
    .map((path) => ({ path, time: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((one, other) => other.time - one.time);
  for (const { path } of made.slice(BUILDS)) rmSync(path, { recursive: true, force: true });
}
