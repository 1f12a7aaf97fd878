import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type AppManifest, isRecord } from "@stephooks/core";

/** What the app registered when it ran last; the stack begins with it and sees whether it still holds. */
export function keptManifest(root: string): AppManifest | undefined {
  try {
    const kept: unknown = JSON.parse(readFileSync(manifestFile(root), "utf8"));
    return isManifest(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** In one step: a reader finds the old one or the new one. */
export function keepManifest(root: string, manifest: AppManifest): void {
  const file = manifestFile(root);
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify(manifest));
  renameSync(fresh, file);
}

function manifestFile(root: string): string {
  return join(root, ".stephooks/manifest.json");
}

/** It was written here; only the version can differ, and what is not as expected is not begun with. */
function isManifest(value: unknown): value is AppManifest {
  return isRecord(value) && Array.isArray(value["workflows"]);
}
