import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { findEntry, rootOf } from "./find-entry.ts";

/**
 * From here on this process and those it starts keep the code that Node compiles of their modules, and begin with what is
 * kept: they start in two thirds of the time. In our folder of the app, unless `NODE_COMPILE_CACHE` names another.
 *
 * @throws CliError as {@link findEntry}.
 */
export function keepCompiledCode(given: string): void {
  const folder = (process.env["NODE_COMPILE_CACHE"] ??= join(rootOf(given, findEntry(given)), ".stephooks/cache"));
  enableCompileCache(folder);
}
