import { PortError } from "./port-error.ts";

/** What is known about a stored file without reading it. */
export interface BlobInfo {
  /** Its name in the store, such as `invoices/7.pdf`: no slash in front. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Another one after every write of other bytes. Without quotes. */
  readonly etag: string;
  /** Epoch milliseconds; whole seconds in some stores. */
  readonly modifiedAt: number;
  /** Media type given when it was written. */
  readonly contentType?: string;
}

/** Bytes `start` to `end`, both included; both lie within the file. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface BlobContent {
  readonly info: BlobInfo;
  /** Read once; a reader that stops early releases it. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Where an app keeps files. What was written is read by whoever reads later; the last of two writes stays. Every
 * method rejects with a {@link PortError} only.
 */
export interface BlobStore {
  /** Undefined when there is no such file. */
  read(path: string, range?: ByteRange): Promise<BlobContent | undefined>;
  /** Undefined when there is no such file. */
  info(path: string): Promise<BlobInfo | undefined>;
  /** Stores the bytes as a whole, in the place of what was there. */
  write(path: string, bytes: Uint8Array, contentType?: string): Promise<BlobInfo>;
  /** Settles, too, when there is no such file. */
  remove(path: string): Promise<void>;
  /** Pages of what begins with `prefix`, in no promised order. Without content types. */
  list(prefix: string): AsyncIterable<readonly BlobInfo[]>;
}

/** UTF-8 bytes of a path at the most: what S3 takes as a key. */
export const MAX_BLOB_PATH_BYTES = 1_024;

/** @throws PortError `invalid` for what no store takes as a path. */
export function assertBlobPath(path: string): void {
  const bytes = new TextEncoder().encode(path).byteLength;
  if (bytes > 0 && bytes <= MAX_BLOB_PATH_BYTES && path.isWellFormed() && !path.startsWith("/")) return;
  throw new PortError("invalid", `A file's path is 1 to ${MAX_BLOB_PATH_BYTES} bytes without a slash in front.`, {
    bytes,
  });
}
