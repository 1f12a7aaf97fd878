import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCodedError } from "@stephooks/core";
import { buildApp } from "../build-app.ts";
import { findEntry, rootOf } from "../find-entry.ts";
import type { BuildFacts } from "./doctor-facts.ts";

/** Builds the app as it would be deployed and measures that; the build is thrown away. */
export async function buildFacts(given: string): Promise<BuildFacts> {
  const outDir = mkdtempSync(join(tmpdir(), "stephooks-doctor-"));
  try {
    const entry = findEntry(given);
    const { bundle, template } = await buildApp({ entry, root: rootOf(given, entry), outDir });
    return {
      failure: undefined,
      bundleBytes: bundle.bytes,
      templateBytes: statSync(template).size,
      resources: resourcesIn(readFileSync(template, "utf8")),
    };
  } catch (error) {
    const code = isCodedError(error) ? error.code : "failed";
    const [message = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    return { failure: { code, message }, bundleBytes: 0, templateBytes: 0, resources: 0 };
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/** Each resource names its type. SAM makes further ones of some; the quota is far away all the same. */
export function resourcesIn(template: string): number {
  return template.match(/\bType"?:\s*"?AWS::/g)?.length ?? 0;
}
