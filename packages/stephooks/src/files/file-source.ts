import type { BlobStore } from "@stephooks/core";

/** Where files are read from: a folder of the deployed source, or the blob store. */
export type FileSource = Pick<BlobStore, "info" | "read" | "list">;
