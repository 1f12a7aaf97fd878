import type { ReceivedMessage } from "@stephooks/core";

/** Messages of which each is worked on after the one before, in the order they came. Never empty. */
export type Line = readonly ReceivedMessage[];

/** Who of a batch runs when. */
export interface LinePlan {
  /** The line whose first message runs before everything else, by itself. */
  readonly alone: Line | undefined;
  /** The lines that run side by side then. */
  readonly lines: readonly Line[];
  /** Messages that wait for another batch, because a suspect is among them or before them. */
  readonly back: readonly ReceivedMessage[];
}

/**
 * One suspect of a batch runs, and only from the front of its line. A second one would bear what the first does to the
 * process, and so would those that ran before it and are not deleted yet.
 */
export function planLines(lines: readonly Line[], suspects: ReadonlySet<string>): LinePlan {
  const isSuspect = ({ id }: ReceivedMessage): boolean => suspects.has(id);
  const alone = lines.find((line) => line.slice(0, 1).some(isSuspect));
  const cut = lines.map((line) => {
    const next = line.findIndex((message, index) => isSuspect(message) && (line !== alone || index > 0));
    return next < 0 ? { now: line, later: [] } : { now: line.slice(0, next), later: line.slice(next) };
  });
  return {
    alone: alone && cut[lines.indexOf(alone)]?.now,
    lines: cut.flatMap(({ now }, index) => (lines[index] === alone || now.length === 0 ? [] : [now])),
    back: cut.flatMap(({ later }) => later),
  };
}
