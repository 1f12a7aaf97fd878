import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { readManifest } from "./find-entry.ts";

/** What the app's package is called, or else its folder: the name of its stacks begins with it. */
export function appName(root: string): string {
  const file = join(root, "package.json");
  const name = existsSync(file) ? readManifest(file)?.["name"] : undefined;
  return typeof name === "string" && name !== "" ? name : basename(resolve(root));
}
