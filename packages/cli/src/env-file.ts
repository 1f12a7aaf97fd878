import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** Name of the file with the environment of `stephooks dev`. Being hidden it is in no build. */
const ENV_FILE = ".env";

/**
 * What `.env` of the app's folder adds to the environment, as Node reads such files; nothing when there is none. What
 * the shell has set already stays as it is.
 */
export function readEnvFile(
  root: string,
  present: Readonly<Record<string, string | undefined>> = process.env,
): Readonly<Record<string, string>> {
  const file = join(root, ENV_FILE);
  if (!existsSync(file)) return {};
  return Object.fromEntries(Object.entries(parseVariables(file)).filter(([name]) => present[name] === undefined));
}

/** The variables of a file in the form of `.env`, as Node reads such files. */
export function parseVariables(file: string): Readonly<Record<string, string>> {
  const pairs = Object.entries(parseEnv(readFileSync(file, "utf8")));
  return Object.fromEntries(pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
