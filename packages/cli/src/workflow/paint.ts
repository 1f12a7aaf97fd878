import { styleText } from "node:util";
import type { HistoryOutcome, InstanceStatus } from "@stephooks/core";

/** Colours a piece of text by what it says; no colour carries what the words do not. */
export type Paint = (meaning: Meaning, text: string) => string;

export type Meaning = "good" | "bad" | "waiting" | "quiet" | "strong";

const formats = { good: "green", bad: "red", waiting: "yellow", quiet: "dim", strong: "bold" } as const;

/** For standard output: none where that is no terminal, or `NO_COLOR` is set. */
export const paint: Paint = (meaning, text) => styleText(formats[meaning], text, { stream: process.stdout });

export function meaningOf(outcome: HistoryOutcome | InstanceStatus): Meaning {
  if (/^(?:fail|failed|expire|block|blocked|cancelled)$/.test(outcome)) return "bad";
  if (/^(?:retry|wait|waiting|paused|time-out)$/.test(outcome)) return "waiting";
  return "good";
}
