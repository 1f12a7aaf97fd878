import { pathToFileURL } from "node:url";

/** JSON: absolute paths of modules that a process loads while it waits for what it is to do. */
export const AHEAD_VARIABLE = "STEPHOOKS_LOCAL_AHEAD";

/** Loads what the parent named. What cannot be loaded fails again, and is told, when the app is loaded. */
export async function loadAhead(): Promise<void> {
  const files: unknown = JSON.parse(process.env[AHEAD_VARIABLE] ?? "[]");
  delete process.env[AHEAD_VARIABLE];
  for (const file of Array.isArray(files) ? files : []) {
    await import(pathToFileURL(String(file)).href).catch(() => {});
  }
}
