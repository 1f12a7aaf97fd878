import type { BlobStore } from "@stephooks/core";
import type { FileSource } from "./file-source.ts";
import { servablePath } from "./servable-path.ts";

/** The stored files below a folder of the blob store. */
export function blobFiles(store: BlobStore, directory: string): FileSource {
  const prefix = directory === "" ? "" : `${directory.slice(1)}/`;
  const keyOf = (path: string): string | undefined => {
    const servable = servablePath(path);
    return servable === undefined ? undefined : prefix + servable;
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
