import { createHash } from "node:crypto";
import { assertBlobPath, type BlobInfo, type BlobStore, type Clock } from "@stephooks/core";

interface Stored {
  readonly info: BlobInfo;
  readonly bytes: Uint8Array;
}

/** Paths a page of a list holds: few, so that a test with some files sees several pages. */
const PAGE = 3;

/** Files in memory. */
export function memoryBlobStore(clock: Pick<Clock, "now">): BlobStore {
  const files = new Map<string, Stored>();
  const found = (path: string): Stored | undefined => {
    assertBlobPath(path);
    return files.get(path);
  };
  return {
    read: async (path, range) => {
      const stored = found(path);
      if (stored === undefined) return undefined;
      const { bytes, info } = stored;
      return { info, body: once(range === undefined ? bytes : bytes.slice(range.start, range.end + 1)) };
    },
    info: async (path) => found(path)?.info,
    write: async (path, bytes, contentType) => {
      assertBlobPath(path);
      const info: BlobInfo = {
        path,
        size: bytes.byteLength,
        etag: createHash("md5").update(bytes).digest("hex"),
        modifiedAt: clock.now(),
        ...(contentType === undefined ? {} : { contentType }),
      };
      files.set(path, { info, bytes: Uint8Array.from(bytes) });
      return info;
    },
    remove: async (path) => void (found(path) && files.delete(path)),
    list: (prefix) => pages([...files.values()].map(({ info }) => info).filter(({ path }) => path.startsWith(prefix))),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield Uint8Array.from(bytes);
}

async function* pages(infos: readonly BlobInfo[]): AsyncGenerator<readonly BlobInfo[]> {
  for (let start = 0; start < infos.length; start += PAGE) {
    yield infos.slice(start, start + PAGE).map(({ contentType: _type, ...info }) => info);
  }
}
