import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { isRecord } from "@stephooks/core";
import { CliError } from "./cli-error.ts";

/** Names of an entry file that are tried when package.json has no `main`. */
const usualNames: readonly string[] = ["index.ts", "index.js", "index.mjs"];

/**
 * The app's entry file: the given file, or in the given folder (default: here) what package.json calls `main`, or
 * `index.ts`, `index.js`, `index.mjs`.
 *
 * @throws CliError `bad-usage` when there is none, or package.json cannot be read.
 */
export function findEntry(given = "."): string {
  const path = resolve(given);
  if (!existsSync(path)) throw new CliError("bad-usage", `There is no ${given}. Name the app's entry file or folder.`);
  if (statSync(path).isFile()) return path;
  const main = mainOf(join(path, "package.json"));
  const found = (main === undefined ? undefined : mainFileOf(path, main)) ?? firstFile(path, usualNames);
  if (found !== undefined) return found;
  throw new CliError("bad-usage", `${given} has no entry file: add "main" to its package.json, or an index.ts.`);
}

/** The file that `main` of a folder's package.json means; undefined when it is not there. */
export function mainFileOf(folder: string, main: string): string | undefined {
  return firstFile(folder, spellings(main));
}

function firstFile(folder: string, names: readonly string[]): string | undefined {
  return names
    .map((name) => join(folder, name))
    .find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
}

/** `main` as Node takes it (with or without extension, or a folder), and as TypeScript. */
function spellings(main: string): readonly string[] {
  return [main, `${main}.ts`, `${main}.js`, `${main}.mjs`, ...usualNames.map((name) => join(main, name))];
}

/**
 * The app's own folder: what `directory` of `app.static` begins at, and where `.stephooks` is. The folder that was
 * given; for a file the nearest one with a package.json, as far up as the current folder, else the file's own.
 */
export function rootOf(given: string, entry: string): string {
  const path = resolve(given);
  if (path !== entry) return path;
  const isInside = !relative(".", entry).startsWith("..");
  for (let folder = dirname(entry); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (!isInside || folder === resolve(".") || folder === dirname(folder)) return dirname(entry);
  }
}

function mainOf(file: string): string | undefined {
  const main = existsSync(file) ? readManifest(file)?.["main"] : undefined;
  return typeof main === "string" ? main : undefined;
}

/** What a package.json says; undefined when it is no object. @throws CliError `bad-usage` when it is no JSON. */
export function readManifest(file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isRecord(manifest) ? manifest : undefined;
  } catch (cause) {
    throw new CliError("bad-usage", `${file} is no JSON: correct it, or name the app's entry file.`, {}, { cause });
  }
}
