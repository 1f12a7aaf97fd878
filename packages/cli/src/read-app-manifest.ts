import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AppManifest } from "@stephooks/core";
import { loadHandler } from "@stephooks/local";
import { bundleApp } from "./bundle-app.ts";
import { findEntry } from "./find-entry.ts";

/** What the app of this entry file or folder registers. @throws CliError `build-failed`, `bad-usage`; LocalError. */
export async function readAppManifest(given: string): Promise<AppManifest> {
  const outDir = mkdtempSync(join(tmpdir(), "stephooks-manifest-"));
  try {
    const { file } = await bundleApp({ entry: findEntry(given), outDir });
    return (await loadHandler(file)).manifest;
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
