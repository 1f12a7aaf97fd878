import { join } from "node:path";
import type { BlobStore } from "@stephooks/core";
import type { Runtime } from "../runtime.ts";
import { StephooksError } from "../stephooks-error.ts";
import type { FileSource } from "./file-source.ts";
import { sourceFiles } from "./source-files.ts";

/** What was saved. @throws StephooksError `no-file-store`. */
export function blobsOf({ ports }: Pick<Runtime, "ports">): BlobStore {
  if (ports.blobs !== undefined) return ports.blobs;
  throw new StephooksError(
    "no-file-store",
    "This stack was deployed without a bucket. Build the app again with this version, and deploy its template.",
  );
}

/** What was deployed with the app, from `directory` on. */
export function sourceOf({ sourceFolder }: Pick<Runtime, "sourceFolder">, directory: string): FileSource {
  return sourceFiles(join(sourceFolder, directory));
}
