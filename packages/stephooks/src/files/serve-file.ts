import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { BlobInfo } from "@stephooks/core";
import type { HttpRequest, HttpResponse } from "../http/index.ts";
import { requestedRange } from "./byte-range.ts";
import type { FileSource } from "./file-source.ts";
import { isActive, mediaTypeOf } from "./media-types.ts";

export interface ServeOptions {
  readonly source: FileSource;
  /** Name of the file in the source. */
  readonly path: string;
  /** 200, or 404 for a page that tells that something is missing. */
  readonly status: 200 | 404;
  /** Set on the answer, in the place of what is set by default. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the bytes come from users: then a browser must not run them. */
  readonly uploaded: boolean;
}

/** Answers with the file, or the part of it that is asked for. False, with nothing answered, when there is none. */
export async function serveFile(req: HttpRequest, res: HttpResponse, options: ServeOptions): Promise<boolean> {
  const { path, source, status } = options;
  const info = await source.info(path);
  if (info === undefined) return false;
  setHeaders(res, info, options);
  if (status === 404) {
    res.status(404);
  } else if (isUnchanged(req, info)) {
    res.status(304).end();
    return true;
  }
  const range = status === 200 && rangeHolds(req, info) ? requestedRange(req.headers["range"], info.size) : "all";
  if (range === "none") {
    res.status(416).set("content-range", `bytes */${info.size}`).end();
    return true;
  }
  if (range !== "all") res.status(206).set("content-range", `bytes ${range.start}-${range.end}/${info.size}`);
  if (req.method === "HEAD" || info.size === 0) {
    res.end();
    return true;
  }
  const content = await source.read(path, range === "all" ? undefined : range);
  if (content === undefined) return false;
  await pipeline(Readable.from(content.body), res.writable);
  return true;
}

function setHeaders(res: HttpResponse, info: BlobInfo, { headers, path, uploaded }: ServeOptions): void {
  const type = mediaTypeOf(path) ?? "application/octet-stream";
  const usual: Record<string, string> = {
    "content-type": type,
    etag: `"${info.etag}"`,
    "last-modified": new Date(info.modifiedAt).toUTCString(),
    "accept-ranges": "bytes",
    // Asked again each time, and answered with 304: a deployment is seen at once.
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    ...(uploaded && isActive(type) ? { "content-disposition": "attachment" } : {}),
  };
  // What a function before this one, or the options, say counts.
  for (const [name, value] of Object.entries(usual)) if (res.getHeader(name) === undefined) res.set(name, value);
  res.headers(headers);
}

function isUnchanged(req: HttpRequest, { etag, modifiedAt }: BlobInfo): boolean {
  const tags = req.headers["if-none-match"];
  if (tags !== undefined) {
    return tags.split(",").some((tag) => ["*", `"${etag}"`].includes(tag.trim().replace(/^W\//, "")));
  }
  const since = Date.parse(req.headers["if-modified-since"] ?? "");
  return Math.floor(modifiedAt / 1_000) * 1_000 <= since;
}

/** A part is only of use to a client whose other parts are of the same version. */
function rangeHolds(req: HttpRequest, { etag }: BlobInfo): boolean {
  const condition = req.headers["if-range"];
  return condition === undefined || condition === `"${etag}"`;
}
