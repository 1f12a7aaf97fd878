import type { HistoryEntry } from "@stephooks/core";
import { meaningOf, type Paint } from "./paint.ts";
import { recordedLines } from "./recorded-lines.ts";

/** Characters of the bar that stands for the whole time. */
const WIDTH = 32;

/** What is around the transitions. */
export interface TimelineFrame {
  /** When the instance was created, epoch milliseconds. */
  readonly from: number;
  /** The step where the instance stands now. */
  readonly standsAt: string;
}

/**
 * The transitions under each other, each with the part of the time in which its step ran (`·` is time in which no step
 * did) and, where the history has it, what it changed in the state.
 */
export function drawTimeline(
  entries: readonly HistoryEntry[],
  { from, standsAt }: TimelineFrame,
  paint: Paint,
): string {
  const [firstEntry] = entries;
  if (firstEntry === undefined) return "";
  const until = Math.max(...entries.map(({ duration, startedAt }) => startedAt + duration));
  const span = { from: Math.min(from, firstEntry.startedAt), until };
  const rows = entries.map((entry, index) => cellsOf(entry, entries[index + 1]?.step ?? standsAt, span));
  const widths = rows[0]?.map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map(([seq = "", step = "", attempt = "", outcome = "", begun = "", took = ""], index) => {
      const entry = entries[index] ?? firstEntry;
      const cells = [
        paint("quiet", seq.padStart(widths[0] ?? 0)),
        paint("strong", step.padEnd(widths[1] ?? 0)),
        attempt.padEnd(widths[2] ?? 0),
        paint(meaningOf(entry.outcome), outcome.padEnd(widths[3] ?? 0)),
        begun.padStart(widths[4] ?? 0),
        took.padStart(widths[5] ?? 0),
        paint(meaningOf(entry.outcome), barOf(entry, span)),
      ];
      const indent = " ".repeat(4 + (widths[0] ?? 0));
      return [`  ${cells.join("  ")}\n`, ...recordedLines(entry, paint).map((line) => `${indent}${line}\n`)].join("");
    })
    .join("");
}

interface Span {
  readonly from: number;
  readonly until: number;
}

function cellsOf(
  { attempt, duration, outcome, seq, startedAt, step }: HistoryEntry,
  next: string,
  span: Span,
): readonly string[] {
  const tries = attempt > 1 ? `attempt ${attempt}` : "";
  const way = next === step ? step : `${step} → ${next}`;
  return [String(seq), way, tries, outcome, `+${timeText(startedAt - span.from)}`, timeText(duration)];
}

/** At least one mark: what took no time happened all the same. */
function barOf({ duration, startedAt }: HistoryEntry, { from, until }: Span): string {
  const scale = WIDTH / Math.max(1, until - from);
  const begin = Math.min(WIDTH - 1, Math.floor((startedAt - from) * scale));
  const length = Math.min(WIDTH - begin, Math.max(1, Math.round(duration * scale)));
  return `${"·".repeat(begin)}${"█".repeat(length)}${"·".repeat(WIDTH - begin - length)}`;
}

/** `850 ms`, `12.5 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function timeText(milliseconds: number): string {
  const whole = Math.max(0, Math.round(milliseconds));
  if (whole < 1_000) return `${whole} ms`;
  const seconds = whole / 1_000;
  if (seconds < 60) return `${Math.floor(seconds * 10) / 10} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
