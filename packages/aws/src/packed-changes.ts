import type { HistoryEntry, RecordedChange } from "@stephooks/core";
import { isNumber } from "./packed-json.ts";

type Packed = readonly (readonly [key: string, before: string | null, after: string | null] | number)[];

/** `[["key","before as JSON"|null,"after as JSON"|null]]`, and at the end how many more keys there were, if any. */
export function packChanges(changes: readonly RecordedChange[], unlisted: number | undefined): Packed {
  const rows = changes.map(({ after, before, key }) => [key, before ?? null, after ?? null] as const);
  return unlisted === undefined ? rows : [...rows, unlisted];
}

export function unpackChanges(packed: unknown): Pick<HistoryEntry, "changes" | "unlisted"> | undefined {
  if (!Array.isArray(packed)) return undefined;
  const rows: readonly unknown[] = packed;
  const last = rows.at(-1);
  const changes = (isNumber(last) ? rows.slice(0, -1) : rows).map(unpackChange);
  if (!changes.every((change) => change !== undefined)) return undefined;
  return { changes, ...(isNumber(last) ? { unlisted: last } : {}) };
}

function unpackChange(row: unknown): RecordedChange | undefined {
  if (!Array.isArray(row)) return undefined;
  const [key, before, after]: unknown[] = row;
  if (typeof key !== "string" || !isTextOrNull(before) || !isTextOrNull(after)) return undefined;
  return { key, ...(before === null ? {} : { before }), ...(after === null ? {} : { after }) };
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}
