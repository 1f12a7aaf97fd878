import { basename } from "node:path";
import { Readable } from "node:stream";
import { type BlobInfo, MAX_BLOB_PATH_BYTES } from "@stephooks/core";
import { currentRuntime } from "../host/current-runtime.ts";
import { counted } from "../host/invocation-scope.ts";
import { StephooksError } from "../stephooks-error.ts";
import { blobsOf, sourceOf } from "./app-files.ts";
import type { FileSource } from "./file-source.ts";

/** Where a file is read from: the deployed source with `source`, else what was saved. */
export interface FileOptions {
  readonly source?: boolean;
}

/** A stored file, as `list` and `saveFile` tell of it. */
export interface FileInfo {
  /** The last part of the path. */
  readonly name: string;
  /** With a slash in front. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly etag: string;
  /** ISO 8601. */
  readonly lastModified: string;
}

/**
 * The app's files, as codehooks-js has them. A path may begin with a slash. All reject with coded errors:
 * `file-not-found`, `invalid-file-path`, `invalid-argument`, `no-file-store` and those of the store (`throttled`, `unavailable` …).
 */
export interface Filestore {
  /** @throws StephooksError `file-not-found`. */
  getReadStream(path: string, options?: FileOptions): Promise<Readable>;
  /** The file as text. @throws StephooksError `file-not-found`. */
  readFile(path: string, options?: FileOptions): Promise<string>;
  /** @throws StephooksError `file-not-found`. */
  readFileAsBuffer(path: string, options?: FileOptions): Promise<Buffer>;
  /** Stores the bytes as a whole, in the place of what was there. They are held in memory until they are stored. */
  saveFile(path: string, content: AsyncIterable<unknown> | Uint8Array | string, options?: object): Promise<FileInfo>;
  /** Settles, too, when there is no such file. */
  deleteFile(path: string, options?: object): Promise<{ readonly path: string }>;
  /** All files whose path begins with the given one, ordered by path. */
  list(path?: string, options?: FileOptions): Promise<FileInfo[]>;
}

export const filestore: Filestore = {
  getReadStream: (path, options) => counted(async () => Readable.from(buffersOf(await open(path, options)))),
  readFile: (path, options) => counted(async () => (await bytesOf(await open(path, options))).toString("utf8")),
  readFileAsBuffer: (path, options) => counted(async () => bytesOf(await open(path, options))),
  saveFile: (path, content) =>
    counted(async () => {
      const key = keyOf(path);
      const bytes = typeof content === "string" ? Buffer.from(content) : await bytesOf(content);
      return infoOf(await blobsOf(currentRuntime()).write(key, bytes));
    }),
  deleteFile: (path) =>
    counted(async () => {
      const key = keyOf(path);
      await blobsOf(currentRuntime()).remove(key);
      return { path: `/${key}` };
    }),
  list: (path = "/", options) =>
    counted(async () => {
      const infos: FileInfo[] = [];
      const prefix = path.replace(/^\//, "");
      for await (const page of sourceFor(options).list(prefix)) infos.push(...page.map(infoOf));
      return infos.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    }),
};

async function open(path: string, options: FileOptions | undefined): Promise<AsyncIterable<Uint8Array>> {
  const key = keyOf(path);
  const content = await sourceFor(options).read(key);
  if (content !== undefined) return content.body;
  throw new StephooksError("file-not-found", `There is no file ${JSON.stringify(path)}. Save it first.`, { path });
}

function sourceFor(options: FileOptions | undefined): FileSource {
  return options?.source === true ? sourceOf(currentRuntime(), "") : blobsOf(currentRuntime());
}

/** One file has one name: what two readers could take for different files is refused. */
function keyOf(path: unknown): string {
  const key = typeof path === "string" ? path.replace(/^\//, "") : "";
  const segments = key.split("/");
  const isPlain =
    !/[\\\p{Cc}]/u.test(key) && key.isWellFormed() && !segments.some((segment) => ["", ".", ".."].includes(segment));
  if (isPlain && Buffer.byteLength(key) <= MAX_BLOB_PATH_BYTES) return key;
  throw new StephooksError(
    "invalid-file-path",
    `A file's path has 1 to ${MAX_BLOB_PATH_BYTES} bytes, and no empty part, ".", "..", backslash or control character.`,
  );
}

/** Readers of codehooks' streams call `toString` on what they get. */
async function* buffersOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const chunk of body) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

async function bytesOf(content: AsyncIterable<unknown> | Uint8Array): Promise<Buffer> {
  if (content instanceof Uint8Array) return Buffer.from(content);
  const chunks: Buffer[] = [];
  for await (const chunk of content) {
    if (typeof chunk === "string" || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
    else throw new StephooksError("invalid-argument", "A file is saved from bytes, a text, or a stream of them.");
  }
  return Buffer.concat(chunks);
}

function infoOf({ etag, modifiedAt, path, size }: BlobInfo): FileInfo {
  return { name: basename(path), path: `/${path}`, size, etag, lastModified: new Date(modifiedAt).toISOString() };
}
