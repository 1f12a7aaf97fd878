import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { type Analysis, analyse, type ReadFile } from "@stephooks/graph";

/** The text of a file; undefined for what cannot be read. What was read once is not read again. */
export function sourceReader(): ReadFile {
  const texts = new Map<string, string | undefined>();
  return (path) => {
    if (!texts.has(path)) texts.set(path, textOf(path));
    return texts.get(path);
  };
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

export interface ReadApp extends Analysis {
  readonly readFile: ReadFile;
}

/** The workflows of an app and their findings, with files as seen from the current folder. @throws GraphError. */
export function readSources(entry: string, readFile: ReadFile = sourceReader()): ReadApp {
  return { ...analyse([relative(".", entry).replaceAll("\\", "/")], readFile), readFile };
}
