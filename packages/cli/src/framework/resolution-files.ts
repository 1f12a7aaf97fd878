import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** What installing packages changes, seen from a folder that may be one of theirs. */
const markers: readonly string[] = [
  "package.json",
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pnpm-lock.yaml",
  "yarn.lock",
  "bun.lock",
  "node_modules/.package-lock.json",
  "node_modules/.modules.yaml",
  "node_modules/stephooks",
  "node_modules/stephooks/package.json",
];

/**
 * Files, there or not, whose change may let a package's name mean another package: of this folder and those above it,
 * and the package.json of every bundled file.
 */
export function resolutionFiles(folder: string, bundled: readonly string[]): readonly string[] {
  const above = foldersUpFrom(folder).flatMap((parent) => markers.map((name) => join(parent, name)));
  return [...above, ...packageFiles(bundled)];
}

function foldersUpFrom(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUpFrom(parent)];
}

/** The nearest package.json of each file. */
function packageFiles(files: readonly string[]): ReadonlySet<string> {
  const known = new Map<string, string | undefined>();
  const nearest = (folder: string): string | undefined => {
    if (known.has(folder)) return known.get(folder);
    const own = join(folder, "package.json");
    const found = existsSync(own) ? own : dirname(folder) === folder ? undefined : nearest(dirname(folder));
    known.set(folder, found);
    return found;
  };
  return new Set(files.flatMap((file) => nearest(dirname(file)) ?? []));
}
