import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Where the stephooks is that an app in this folder finds, links followed: in the nearest node_modules that has one; else
 * the folder of this command, which lends its own.
 */
export function stephooksFor(appFolder: string): string {
  const found = folderOf(join(appFolder, "node_modules/stephooks"));
  if (found !== undefined) return found;
  const parent = dirname(appFolder);
  return parent === appFolder ? import.meta.dirname : stephooksFor(parent);
}

function folderOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
