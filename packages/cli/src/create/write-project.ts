import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CliError } from "../cli-error.ts";
import type { ProjectFile } from "./project-files.ts";

/** What became of the files of a project, by path. */
export interface Written {
  readonly written: readonly string[];
  /** Were there before and are as they were. */
  readonly kept: readonly string[];
}

/** Folders that a project may have before it is created. */
const harmless: ReadonlySet<string> = new Set([".git", ".DS_Store"]);

/** @throws CliError `folder-not-empty` for a folder that holds anything, or what is no folder. */
export function assertEmpty(folder: string, shown: string): void {
  if (!existsSync(folder)) return;
  if (!lstatSync(folder).isDirectory()) {
    throw new CliError("folder-not-empty", `${shown} is no folder. Choose another name.`, { folder: shown });
  }
  const [first] = readdirSync(folder).filter((name) => !harmless.has(name));
  if (first === undefined) return;
  throw new CliError(
    "folder-not-empty",
    `${shown} has files already, such as ${first}. Choose another folder, or add to this one: stephooks init ${shown}`,
    { folder: shown },
  );
}

/**
 * Writes what is not there. Nothing is ever overwritten, and nothing is written when there is a conflict.
 *
 * @throws CliError `file-exists` with all files that are in the way.
 */
export function writeProject(folder: string, files: readonly ProjectFile[]): Written {
  const there = files.filter(({ path }) => existsSync(join(folder, path)));
  const inTheWay = there
    .filter(({ content, ifThere, path }) => ifThere === "refuse" && !holds(join(folder, path), content))
    .map(({ path }) => path);
  if (inTheWay.length > 0) {
    throw new CliError(
      "file-exists",
      `Nothing was written, as there is already: ${inTheWay.join(", ")}. Move what is in the way, or take another template.`,
      { files: inTheWay.join(", ") },
    );
  }
  const missing = files.filter((file) => !there.includes(file));
  for (const { content, path } of missing) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    // A file that somebody made in the meantime is not overwritten either.
    writeFileSync(file, content, { flag: "wx" });
  }
  return { written: missing.map(({ path }) => path), kept: there.map(({ path }) => path) };
}

function holds(file: string, content: string): boolean {
  return lstatSync(file).isFile() && readFileSync(file, "utf8") === content;
}
