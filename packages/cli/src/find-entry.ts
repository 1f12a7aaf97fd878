import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
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
  const found = (main === undefined ? usualNames : [main, ...usualNames])
    .map((name) => join(path, name))
    .find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
  if (found !== undefined) return found;
  throw new CliError("bad-usage", `${given} has no entry file: add "main" to its package.json, or an index.ts.`);
}

function mainOf(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isRecord(manifest) && typeof manifest["main"] === "string" ? manifest["main"] : undefined;
  } catch (cause) {
    throw new CliError("bad-usage", `${file} is no JSON: correct it, or name the app's entry file.`, {}, { cause });
  }
}
