import { type BlobStore, MAX_BLOB_PATH_BYTES } from "@stephooks/core";
import type { FileSource } from "./file-source.ts";
import { servablePath } from "./servable-path.ts";

/** The stored files below a folder of the blob store. */
export function blobFiles(store: BlobStore, directory: string): FileSource {
  const prefix = directory === "" ? "" : `${directory.slice(1)}/`;
  const keyOf = (path: string): string | undefined => {
    const servable = servablePath(path);
    // A name that is too long for the store is one that is not there, not a fault of it.
    const isStorable = servable !== undefined && Buffer.byteLength(prefix + servable) <= MAX_BLOB_PATH_BYTES;
    return isStorable ? prefix + servable : undefined;
  };
  return {
    info: async (path) => {
      const key = keyOf(path);
      return key === undefined ? undefined : store.info(key);
    },
    read: async (path, range) => {
      const key = keyOf(path);
      return key === undefined ? undefined : store.read(key, range);
    },
    list: (path) => store.list(prefix + path),
  };
}
