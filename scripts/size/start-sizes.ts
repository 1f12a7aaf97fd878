import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleApp } from "@stephooks/cli";

/** Minified bytes that a function loads when it starts: the entry of its bundle, and all it imports statically. */
export interface StartSizes {
  /** An app with one route. */
  readonly hello: number;
  /** hono and the two clients, bundled in the same way. */
  readonly bare: number;
}

export async function startSizes(): Promise<StartSizes> {
  return { hello: await startSize("hello-app.ts"), bare: await startSize("bare-app.ts") };
}

async function startSize(name: string): Promise<number> {
  const outDir = mkdtempSync(join(tmpdir(), "stephooks-size-"));
  try {
    const { startBytes } = await bundleApp({
      entry: join(import.meta.dirname, name),
      outDir,
      lean: true,
      minify: true,
    });
    return startBytes;
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}
