import { relative } from "node:path";
import { buildApp } from "./build-app.ts";
import { findEntry, rootOf } from "./find-entry.ts";

/** `stephooks build`. */
export async function runBuild(given: string, options: { readonly out: string; readonly json?: true }): Promise<void> {
  const entry = findEntry(given);
  const { bundle, template } = await buildApp({ entry, root: rootOf(given, entry), outDir: options.out });
  if (options.json) {
    process.stdout.write(
      `${JSON.stringify({ bundle: bundle.file, bytes: bundle.bytes, startBytes: bundle.startBytes, template })}\n`,
    );
    return;
  }
  const kilobytes = (bytes: number): number => Math.round(bytes / 1_024);
  process.stdout.write(
    `${relative(".", bundle.file)}  ${kilobytes(bundle.bytes)} KB, ${kilobytes(bundle.startBytes)} KB of them loaded at the start
${template}

Deploy: sam deploy --guided -t ${template}
`,
  );
}
