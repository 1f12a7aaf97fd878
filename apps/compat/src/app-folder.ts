import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CompatCase } from "./compat-case.ts";
import { stubPreload } from "./stub-preload.ts";

/** Where a case's app is, and what is preloaded into its process. */
export interface AppFolder {
  readonly entry: string;
  readonly preload: string | undefined;
  remove(): void;
}

/**
 * Writes the app of a case to a folder of its own. Apps of repositories are taken from below `apps`
 * (`templates` and `examples`, their packages installed); undefined when the source is not there.
 */
export function appFolder(given: CompatCase, apps: string | undefined, sink: string): AppFolder | undefined {
  const folder = mkdtempSync(join(tmpdir(), "stephooks-compat-"));
  const entry = entryOf(given, apps, folder);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  if (entry === undefined) {
    remove();
    return undefined;
  }
  return { entry, preload: writePreload(given, folder, sink), remove };
}

function entryOf({ dir, entry, inlineApp, repo }: CompatCase, apps: string | undefined, folder: string) {
  if (inlineApp !== undefined) {
    const file = join(folder, "index.js");
    writeFileSync(file, inlineApp);
    return file;
  }
  if (apps === undefined) return undefined;
  const checkout = join(apps, repo, dir);
  const file = entry === null ? checkout : join(checkout, entry);
  return existsSync(file) ? file : undefined;
}

function writePreload({ httpStubs, preload }: CompatCase, folder: string, sink: string): string | undefined {
  if (preload === undefined && httpStubs === undefined) return undefined;
  const file = join(folder, "preload.mjs");
  writeFileSync(file, `${preload ?? ""}\n${httpStubs === undefined ? "" : stubPreload(httpStubs, sink)}`);
  return file;
}
