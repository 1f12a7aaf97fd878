import { relative } from "node:path";
import { buildApp } from "./build-app.ts";
import { findEntry, rootOf } from "./find-entry.ts";

/** `stephooks build`. */
export async function runBuild(given: string, options: { readonly out: string; readonly json?: true }): Promise<void> {
  const entry = findEntry(given);
  const { bundle, template } = await buildApp({ entry, root: rootOf(given, entry), outDir: options.out });
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ bundle: bundle.file, bytes: bundle.bytes, template })}\n`);
    return;
  }
  const kilobytes = Math.round(bundle.bytes / 1_024);
  process.stdout.write(
    `${relative(".", bundle.file)}  ${kilobytes} KB\n${template}\n\nDeploy: sam deploy --guided -t ${template}\n`,
  );
}
