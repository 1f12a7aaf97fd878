import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { findEntry, rootOf } from "./find-entry.ts";
import { keepNewest } from "./keep-newest.ts";

/**
 * From here on this process and those it starts keep the code that Node compiles of their modules, and begin with what is
 * kept: they start in two thirds of the time. In our folder of the app, unless `NODE_COMPILE_CACHE` names another.
 *
 * @throws CliError as {@link findEntry}.
 */
export function keepCompiledCode(given: string): void {
  const folder = (process.env["NODE_COMPILE_CACHE"] ??= cacheFolder(rootOf(given, findEntry(given))));
  enableCompileCache(folder);
}

/** Every version of an app adds to what is kept. Days. */
const KEPT_FOR = 30;

/** One Node and one stephooks take 5 MB. */
const KEPT_BYTES = 50_000_000;

/** Removes from our folder what is older than 30 days, and the oldest of what is more than 50 MB. */
export function pruneCompiledCode(root: string, now: number): void {
  keepNewest(cacheFolder(root), { maxAge: KEPT_FOR * 86_400_000, maxBytes: KEPT_BYTES, now });
}

function cacheFolder(root: string): string {
  return join(root, ".stephooks/cache");
}
