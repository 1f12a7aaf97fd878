import { readFileSync } from "node:fs";
import { type SourceMapPayload, SourceMap } from "node:module";
import { dirname, join, resolve } from "node:path";
import type { SourcePlace } from "../dev-log/source-place.ts";
import { mapsFolder } from "./keep-maps.ts";

/** Reads stacks of deployed bundles with the source maps that were kept when they were built. */
export interface StackReader {
  /** The text with the app's files, lines and columns in the place of those of bundles whose maps are at hand. */
  original(text: string): string;
  /** A line of a source as it was when the bundle was made that a text was last read of; undefined when not known. */
  lineAt(place: SourcePlace): string | undefined;
}

/** A place as a bundle with kept maps says it: see `keepMaps`. Names of files can lead nowhere else. */
const PLACE = /\b(build-[0-9a-f]{12})\/((?:chunks\/)?[\w-][\w.-]*\.mjs):(\d{1,9}):(\d{1,9})/g;

interface KeptMap {
  readonly map: SourceMap;
  readonly payload: SourceMapPayload;
  /** Its sources are as seen from here. */
  readonly folder: string;
}

/** `root` is the app's own folder. */
export function stackReader(root: string): StackReader {
  const maps = new Map<string, KeptMap | undefined>();
  const sources = new Map<string, readonly string[]>();
  const mapOf = (build: string, file: string): KeptMap | undefined => {
    const path = join(mapsFolder(root), build, `${file}.map`);
    if (!maps.has(path)) maps.set(path, readMap(path));
    return maps.get(path);
  };
  return {
    original: (text) =>
      text.replaceAll(PLACE, (whole, build: string, file: string, line: string, column: string) => {
        const kept = mapOf(build, file);
        const found = kept?.map.findEntry(Number(line) - 1, Number(column) - 1);
        if (kept === undefined || found === undefined || !("originalSource" in found)) return whole;
        const source = resolve(kept.folder, found.originalSource);
        const content = kept.payload.sourcesContent[kept.payload.sources.indexOf(found.originalSource)];
        if (typeof content === "string") sources.set(source, content.split("\n"));
        return `${source}:${found.originalLine + 1}:${found.originalColumn + 1}`;
      }),
    lineAt: ({ file, line }) => sources.get(file)?.[line - 1],
  };
}

/** Undefined for what is not there, or is no map. */
function readMap(path: string): KeptMap | undefined {
  try {
    const payload: SourceMapPayload = JSON.parse(readFileSync(path, "utf8"));
    return { map: new SourceMap(payload), payload, folder: dirname(path) };
  } catch {
    return undefined;
  }
}
