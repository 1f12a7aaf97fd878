import { createReadStream } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { type BlobInfo, isRecord } from "@stephooks/core";
import type { FileSource } from "./file-source.ts";
import { servablePath } from "./servable-path.ts";

/**
 * The files below a folder, read only. No file outside of it is ever read, also when a link in it leads there; hidden
 * files and what {@link servablePath} leaves out are as if they were not there.
 */
export function sourceFiles(folder: string): FileSource {
  const find = async (path: string): Promise<{ readonly file: string; readonly info: BlobInfo } | undefined> => {
    const servable = servablePath(path);
    if (servable === undefined) return undefined;
    const found = await within(folder, join(folder, servable));
    return found && { ...found, info: { ...found.info, path: servable } };
  };
  return {
    info: async (path) => (await find(path))?.info,
    read: async (path, range) => {
      const found = await find(path);
      return found && { info: found.info, body: createReadStream(found.file, range) };
    },
    list: (prefix) => listed(folder, prefix, find),
  };
}

async function within(folder: string, path: string) {
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(path)]);
    if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
    const { isFile, mtimeMs, size } = await stats(file);
    if (!isFile) return undefined;
    const etag = `${size.toString(16)}-${Math.floor(mtimeMs).toString(16)}`;
    return { file, info: { path, size, etag, modifiedAt: mtimeMs } };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function stats(file: string) {
  const found = await stat(file);
  return { isFile: found.isFile(), mtimeMs: found.mtimeMs, size: found.size };
}

async function* listed(
  folder: string,
  prefix: string,
  find: (path: string) => Promise<{ readonly info: BlobInfo } | undefined>,
): AsyncGenerator<readonly BlobInfo[]> {
  const paths = (await pathsIn(folder, "")).filter((path) => path.startsWith(prefix));
  const found = await Promise.all(paths.toSorted().map(find));
  yield found.flatMap((file) => (file === undefined ? [] : [file.info]));
}

/** Links to folders are not followed: they may lead round in a circle. */
async function pathsIn(folder: string, below: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  const paths = entries.map(async (entry): Promise<readonly string[]> => {
    const path = `${below}${entry.name}`;
    if (servablePath(path) === undefined) return [];
    return entry.isDirectory() ? pathsIn(folder, `${path}/`) : [path];
  });
  return (await Promise.all(paths)).flat();
}

/** No such file, a file where a folder was meant, or a name no file can have. */
function isAbsent(error: unknown): boolean {
  return isRecord(error) && ["ENOENT", "ENOTDIR", "ENAMETOOLONG", "ELOOP", "EACCES"].includes(String(error["code"]));
}
