import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { mediaTypeOf } from "stephooks/media-types";
import type { BlobInfo } from "@stephooks/core";
import { CliError } from "../cli-error.ts";
import { type BulkOptions, confirmBulk } from "../confirm-bulk.ts";
import type { Target } from "../connection/connect.ts";
import { withFiles } from "../connection/open-app.ts";
import { countText } from "../count-text.ts";
import { asTable, printResult } from "../print-result.ts";

export interface PutOptions extends Target {
  readonly type?: string;
}

export interface RemoveOptions extends Target, BulkOptions {
  readonly prefix?: string;
}

/** Files that are removed at the same time. */
const AT_ONCE = 16;

/** `stephooks files ls`. */
export async function listFiles(prefix: string, options: Target): Promise<void> {
  const files = await withFiles(options, async (store) => {
    const found: BlobInfo[] = [];
    for await (const page of store.list(keyOf(prefix))) found.push(...page);
    return found.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map(shown);
  });
  printResult(options, { files }, () =>
    files.length === 0
      ? "There are no files.\n"
      : asTable(files.map(({ modifiedAt, path, size }) => [String(size), modifiedAt, path])),
  );
}

/** `stephooks files put`: the file is held in memory until it is stored. */
export async function putFile(file: string, path: string | undefined, options: PutOptions): Promise<void> {
  const target = keyOf(path === undefined || path.endsWith("/") ? `${path ?? ""}${basename(file)}` : path);
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new CliError("bad-usage", `${file} cannot be read: name a file that exists.`, {}, { cause });
  });
  const type = options.type ?? mediaTypeOf(target);
  const stored = shown(await withFiles(options, (store) => store.write(target, bytes, type)));
  printResult(options, stored, () => `${stored.path}  ${stored.size} bytes\n`);
}

/** `stephooks files rm`: a path, or with `--prefix` everything that begins with it. */
export async function removeFiles(paths: readonly string[], options: RemoveOptions): Promise<void> {
  const { prefix } = options;
  if ((prefix === undefined) === (paths.length === 0)) {
    throw new CliError("bad-usage", "Give paths of files, or --prefix for all that begin with it.");
  }
  await withFiles(options, async (store) => {
    const chosen: string[] = [];
    if (prefix === undefined) {
      const known = await Promise.all(paths.map(async (path) => ((await store.info(keyOf(path))) ? keyOf(path) : "")));
      chosen.push(...known.filter((path) => path !== ""));
    } else {
      for await (const page of store.list(keyOf(prefix))) chosen.push(...page.map(({ path }) => path));
    }
    const asks = prefix !== undefined || paths.length > 1 || options.dryRun === true;
    const sentence = `${countText(chosen.length, "file")} would be removed.`;
    const goOn = !asks || (await confirmBulk(sentence, chosen.length, options));
    const removed = goOn ? chosen : [];
    for (let start = 0; start < removed.length; start += AT_ONCE) {
      await Promise.all(removed.slice(start, start + AT_ONCE).map((path) => store.remove(path)));
    }
    const missing = paths.map(keyOf).filter((path) => !chosen.includes(path));
    printResult(options, { matched: chosen.length, removed, missing }, () =>
      [...removed.map((path) => `${path}  removed\n`), ...missing.map((path) => `${path}  is not there\n`)].join(""),
    );
    if (missing.length > 0) process.exitCode = 1;
  });
}

/** Apps write a slash in front; the store has none. */
function keyOf(path: string): string {
  return path.replace(/^\/+/, "");
}

function shown({ etag, modifiedAt, path, size }: BlobInfo): {
  readonly path: string;
  readonly size: number;
  readonly etag: string;
  readonly modifiedAt: string;
} {
  return { path, size, etag, modifiedAt: new Date(modifiedAt).toISOString() };
}
