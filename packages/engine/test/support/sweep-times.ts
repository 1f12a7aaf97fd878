import { hasEnded, type InstanceHead } from "@stephooks/core";

const MINUTE = 60_000;

/** The sweeper looks this far back. */
const WINDOW = 15 * 24 * 60 * MINUTE;

/** A pass of the sweeper that has something to look after. Those in between change nothing. */
export interface Pass {
  readonly at: number;
  /** For the watchdog only: nobody's time is over. */
  readonly isWatch: boolean;
}

export const noPass: Pass = { at: Infinity, isWatch: false };

/**
 * The first pass after `now` that these heads need. Of what waits for a client the watchdog looks after again and
 * again: once `watched`, those passes are left out.
 */
export function nextPass(heads: readonly InstanceHead[], now: number, watched: boolean): Pass {
  const passes = heads.flatMap((head): readonly Pass[] => {
    const isWatch = !isTimed(head);
    const isOver = head.indexedAt === undefined || hasEnded(head.status) || (isWatch && watched);
    return isOver ? [] : [{ at: passFor(head.indexedAt, now), isWatch }];
  });
  return passes.reduce((first, pass) => (pass.at < first.at ? pass : first), noPass);
}

/** True when the sweeper will end something: a wait longer than SQS can delay a message, or a lifetime. */
function isTimed({ deadline, dueAt, indexedAt, status }: InstanceHead): boolean {
  const isWait = status === "waiting" || status === "timer";
  return deadline !== undefined || (isWait && indexedAt === dueAt);
}

/**
 * The pass that serves the minute of this place in the due index; then (it was lost, or the sweeper stood still) the
 * late ones. Infinity when no pass will see it again.
 */
function passFor(indexedAt: number, now: number): number {
  const own = Math.floor(indexedAt / MINUTE) * MINUTE - MINUTE;
  if (own > now) return own;
  for (let lateBy = 6; ; lateBy = lateBy === 6 ? 8 : lateBy * 2) {
    const pass = Math.ceil(indexedAt / MINUTE + lateBy - 0.5) * MINUTE;
    if (pass - indexedAt > WINDOW) return Infinity;
    if (pass > now && pass - indexedAt > 5 * MINUTE) return pass;
  }
}
