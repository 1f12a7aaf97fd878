import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { templateOf } from "./build-app.ts";
import { bundleApp } from "./bundle-app.ts";
import { findEntry } from "./find-entry.ts";

/** `stephooks template`: the manifest comes from the bundled app, which is thrown away. */
export async function runTemplate(
  given: string,
  options: { readonly codeUri: string; readonly sourceMaps?: true },
): Promise<void> {
  const outDir = mkdtempSync(join(tmpdir(), "stephooks-template-"));
  try {
    const bundle = await bundleApp({ entry: findEntry(given), outDir, sourceMaps: options.sourceMaps ?? false });
    process.stdout.write(await templateOf(bundle, options.codeUri));
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
