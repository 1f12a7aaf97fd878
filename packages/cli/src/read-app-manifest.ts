import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppManifest } from "@stephooks/core";
import { loadHandler } from "@stephooks/local";
import { findEntry, rootOf } from "./find-entry.ts";
import { bundleHere } from "./framework/bundle-here.ts";

/** What the app of this entry file or folder registers. @throws CliError `build-failed`, `bad-usage`; LocalError. */
export async function readAppManifest(given: string): Promise<AppManifest> {
  const outDir = mkdtempSync(join(tmpdir(), "stephooks-manifest-"));
  try {
    const entry = findEntry(given);
    const { file } = await bundleHere({ entry, root: rootOf(given, entry), outDir });
    return (await loadHandler(file)).manifest;
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
