import { copyFileSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, utimesSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { servablePath, swaggerFiles } from "stephooks/bundling";

export interface CopySource {
  /** The app's own folder. */
  readonly root: string;
  /** Folder that receives the files, at the places they have below the root. Emptied first. */
  readonly target: string;
  /** What the app reads while it runs: folders and files below the root; `/` is all of it. */
  readonly wanted: readonly string[];
  /** Files that are in the bundle: they are code, and left out of `/`. */
  readonly bundled: readonly string[];
}

/** Files that describe a project: left out of `/`. */
const ofProjects: ReadonlySet<string> = new Set([
  "package.json",
  "package-lock.json",
  "pnpm-lock.yaml",
  "yarn.lock",
  "config.json",
]);

/**
 * Copies the files that an app serves or reads from its source, as they will be deployed. Never a hidden file, an
 * installed package, TypeScript, or a link that leads out of the folder it is in.
 */
export function copySource(given: CopySource): void {
  const { bundled, root, target, wanted } = given;
  rmSync(target, { recursive: true, force: true });
  const code = new Set(bundled.map((path) => resolve(path)));
  for (const name of new Set(wanted)) {
    const path = join(root, name);
    const isWhole = path === join(root, sep);
    for (const file of filesIn(path, given)) {
      const place = relative(root, file);
      if (isWhole && (code.has(file) || ofProjects.has(place))) continue;
      copy(file, join(target, place));
    }
  }
}

/** Copies what the page of an app's documentation loads, as it will be deployed beside the bundle. */
export function copySwaggerUi(target: string): void {
  for (const file of swaggerFiles()) copy(file, join(target, basename(file)));
}

/** The file itself, or all files in the folder; nothing for what is not there: the app may never ask for it. */
function filesIn(path: string, { target }: CopySource): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isFile()) return [path];
  const inside = realpathSync(path) + sep;
  const files: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const place = join(folder, entry.name);
      if (servablePath(relative(path, place).split(sep).join("/")) === undefined) continue;
      // What an earlier build wrote is no source.
      if (entry.isDirectory() && place !== dirname(target)) walk(place);
      else if (statSync(place, { throwIfNoEntry: false })?.isFile() && realpathSync(place).startsWith(inside)) {
        files.push(place);
      }
    }
  };
  walk(path);
  return files;
}

/** The time of the last change is kept: the ETag of a file that is deployed again unchanged stays. */
function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  const { atime, mtime } = statSync(from);
  utimesSync(to, atime, mtime);
}
