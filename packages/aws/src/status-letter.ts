import type { HeadStatus } from "@stephooks/core";

const letters: Readonly<Record<HeadStatus, string>> = {
  runnable: "R",
  waiting: "W",
  timer: "T",
  joining: "J",
  blocked: "B",
  completed: "D",
  failed: "F",
  cancelled: "C",
};

const statuses: Readonly<Record<string, HeadStatus>> = {
  R: "runnable",
  W: "waiting",
  T: "timer",
  J: "joining",
  B: "blocked",
  D: "completed",
  F: "failed",
  C: "cancelled",
};

/** The letter stored for a status. */
export function statusLetter(status: HeadStatus): string {
  return letters[status];
}

/** The status a letter stands for; undefined for a letter this version does not know. */
export function statusOfLetter(letter: string): HeadStatus | undefined {
  return Object.hasOwn(statuses, letter) ? statuses[letter] : undefined;
}
