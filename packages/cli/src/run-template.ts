import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { templateOf } from "./build-app.ts";
import { findEntry, rootOf } from "./find-entry.ts";
import { bundleHere } from "./framework/bundle-here.ts";

/** `stephooks template`: the manifest comes from the bundled app, which is thrown away. */
export async function runTemplate(
  given: string,
  options: { readonly codeUri: string; readonly sourceMaps?: true },
): Promise<void> {
  const outDir = mkdtempSync(join(tmpdir(), "stephooks-template-"));
  try {
    const entry = findEntry(given);
    const { sourceMaps = false } = options;
    const bundle = await bundleHere({ entry, root: rootOf(given, entry), outDir, sourceMaps });
    process.stdout.write(await templateOf(bundle, options.codeUri));
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
