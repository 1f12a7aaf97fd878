import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DevControl, loadControl } from "@stephooks/local";
import { findEntry, rootOf } from "../find-entry.ts";
import { bundleHere } from "../framework/bundle-here.ts";
import type { Connection } from "./connect.ts";

/**
 * Loads the app's own code into this process, with the environment of the functions that run it, and acts with what it
 * lets tools ask. The code is what is here: for a deployed app it should be what was deployed.
 *
 * @throws CliError `build-failed`, `bad-usage`; LocalError `bundle-failed`.
 */
export async function withAppCode<Result>(
  app: string,
  { environment }: Connection,
  act: (control: DevControl) => Promise<Result>,
): Promise<Result> {
  const outDir = mkdtempSync(join(tmpdir(), "stephooks-app-"));
  try {
    const entry = findEntry(app);
    const { file } = await bundleHere({ entry, root: rootOf(app, entry), outDir, control: true, sourceMaps: true });
    for (const [name, value] of Object.entries(environment)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    return await act(await loadControl(file));
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
