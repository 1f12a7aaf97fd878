import { packChanges, unpackChanges } from "./packed-changes.ts";
import {
  type ErrorRecord,
  type HistoryEntry,
  type HistoryOutcome,
  historyOutcomes,
  isRecord,
  type StepCount,
} from "@stephooks/core";
import { isNumber, parseJson } from "./packed-json.ts";

/*
 * Parts of a head that are always written whole are packed as JSON text in one string attribute: a map of maps would
 * cost several bytes a member in every write. Reading gives undefined for anything these functions did not write.
 */

const outcomeLetters: Readonly<Record<HistoryOutcome, string>> = {
  goto: "g",
  wait: "w",
  end: "e",
  retry: "r",
  fail: "f",
  join: "j",
  "time-out": "t",
  expire: "x",
  block: "b",
  continue: "c",
  resume: "u",
  restart: "s",
};

const outcomes: ReadonlyMap<string, HistoryOutcome> = new Map(
  historyOutcomes.map((outcome) => [outcomeLetters[outcome], outcome]),
);

/** `{"step":[visits,startTime,finishTime|null,totalTime|null]}` */
export function packStepCounts(counts: Readonly<Record<string, StepCount>>): string {
  const rows = Object.entries(counts).map(([step, count]) => {
    return [step, [count.visits, count.startTime, count.finishTime ?? null, count.totalTime ?? null]] as const;
  });
  return JSON.stringify(Object.fromEntries(rows));
}

export function unpackStepCounts(text: string): Readonly<Record<string, StepCount>> | undefined {
  const packed = parseJson(text);
  if (!isRecord(packed)) return undefined;
  const rows: [string, StepCount][] = [];
  for (const [step, row] of Object.entries(packed)) {
    if (!Array.isArray(row)) return undefined;
    const [visits, startTime, finishTime, totalTime]: unknown[] = row;
    if (!isNumber(visits) || !isNumber(startTime) || !isNumberOrNull(finishTime) || !isNumberOrNull(totalTime)) {
      return undefined;
    }
    rows.push([
      step,
      {
        visits,
        startTime,
        ...(finishTime === null ? {} : { finishTime }),
        ...(totalTime === null ? {} : { totalTime }),
      },
    ]);
  }
  return Object.fromEntries(rows);
}

/**
 * `[[seq,"step",attempt,"outcome letter",startedAt,duration]]`, oldest first; with a seventh member where changes are kept. From the second row on, seq and startedAt
 * are what they exceed those of the row before by: the text is shorter, and does not grow with the age of the instance.
 */
export function packHistory(history: readonly HistoryEntry[]): string {
  let [seqBefore, startBefore] = [0, 0];
  const rows = history.map(({ seq, step, attempt, outcome, startedAt, duration, changes, unlisted }) => {
    const row = [seq - seqBefore, step, attempt, outcomeLetters[outcome], startedAt - startBefore, duration];
    seqBefore = seq;
    startBefore = startedAt;
    return changes === undefined ? row : [...row, packChanges(changes, unlisted)];
  });
  return JSON.stringify(rows);
}

export function unpackHistory(text: string): readonly HistoryEntry[] | undefined {
  const packed = parseJson(text);
  if (!Array.isArray(packed)) return undefined;
  const history: HistoryEntry[] = [];
  for (const row of packed) {
    const entry = Array.isArray(row) ? unpackHistoryEntry(row, history.at(-1)) : undefined;
    if (entry === undefined) return undefined;
    history.push(entry);
  }
  return history;
}

function unpackHistoryEntry(row: readonly unknown[], before: HistoryEntry | undefined): HistoryEntry | undefined {
  const [seq, step, attempt, letter, startedAt, duration, packed] = row;
  const outcome = outcomeOf(letter);
  if (!isNumber(seq) || typeof step !== "string" || !isNumber(attempt) || outcome === undefined) return undefined;
  if (!isNumber(startedAt) || !isNumber(duration)) return undefined;
  const changes = packed === undefined ? {} : unpackChanges(packed);
  if (changes === undefined) return undefined;
  const began = { seq: (before?.seq ?? 0) + seq, startedAt: (before?.startedAt ?? 0) + startedAt };
  return { step, attempt, outcome, duration, ...began, ...changes };
}

function outcomeOf(letter: unknown): HistoryOutcome | undefined {
  return typeof letter === "string" ? outcomes.get(letter) : undefined;
}

/** The record as it is. */
export function packError(error: ErrorRecord): string {
  return JSON.stringify(error);
}

export function unpackError(text: string): ErrorRecord | undefined {
  return readError(parseJson(text));
}

/** The record a parsed text holds. */
export function readError(packed: unknown): ErrorRecord | undefined {
  if (!isRecord(packed)) return undefined;
  const { name, message, stack, code, step, attempt, at } = packed;
  if (typeof name !== "string" || typeof message !== "string" || typeof step !== "string") return undefined;
  if (!isNumber(attempt) || !isNumber(at) || !isTextOrMissing(stack) || !isTextOrMissing(code)) return undefined;
  return {
    name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(code === undefined ? {} : { code }),
    step,
    attempt,
    at,
  };
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || isNumber(value);
}

function isTextOrMissing(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}
