import type { Clock, ReceivedMessage } from "@stephooks/core";
import { type Line, planLines } from "./plan-lines.ts";

/** What becomes of a received message. */
export type Fate =
  /** It may be deleted. */
  | { readonly kind: "done" }
  /** It comes back after so many seconds (undefined: when the queue shows it again), and before it none behind it. */
  | { readonly kind: "back"; readonly seconds: number | undefined }
  /** The same for a message that has no place in the order: those behind it go on. */
  | { readonly kind: "aside"; readonly seconds: number | undefined };

export interface LineWork {
  /** Messages of one line are worked on one after the other, lines side by side. */
  readonly lineOf: (message: ReceivedMessage) => string;
  /** Ids of the messages that may have ended their process before. Never rejects. */
  readonly suspects?: (batch: readonly ReceivedMessage[]) => Promise<ReadonlySet<string>>;
  /**
   * Works on one message. `limit` answers how long a job may take that is begun now and may want `timeout`
   * milliseconds; 0 when it must not begin. Never rejects.
   */
  readonly act: (message: ReceivedMessage, limit: (timeout: number) => number) => Promise<Fate>;
  /** Shows a message again after so many seconds; does nothing where the queue's own timeout decides. Never rejects. */
  readonly putBack: (message: ReceivedMessage, seconds: number) => Promise<void>;
  readonly clock: Clock;
}

/** What is needed after a job to note how it ended, milliseconds. */
const AROUND_A_JOB = 1_000;

/**
 * Works on a batch and answers the ids of what must come back, at the latest `remaining` milliseconds from now. A
 * suspect runs alone and before all others, so that what it does to the process hurts nobody: they have not begun.
 */
export async function workLines(
  batch: readonly ReceivedMessage[],
  remaining: number,
  work: LineWork,
): Promise<readonly string[]> {
  const { clock } = work;
  const done = new Set<string>();
  const expired = Promise.withResolvers<void>();
  const cancel = clock.timer(Math.max(0, remaining), expired.resolve);
  await Promise.race([workAll(batch, clock.now() + remaining, done, work), expired.promise]);
  cancel();
  return batch.filter(({ id }) => !done.has(id)).map(({ id }) => id);
}

async function workAll(
  batch: readonly ReceivedMessage[],
  endsAt: number,
  done: Set<string>,
  work: LineWork,
): Promise<void> {
  const suspects = (await work.suspects?.(batch)) ?? new Set();
  const { alone, back, lines } = planLines([...Map.groupBy(batch, work.lineOf).values()], suspects);
  await Promise.all(back.map((message) => work.putBack(message, 0)));
  const run = { done, work, endsAt };
  const goesOn = alone !== undefined && (await workLine(alone, { ...run, most: 1, isFirst: true }));
  const rest = goesOn ? [alone.slice(1), ...lines] : lines;
  await Promise.all(rest.map((line) => workLine(line, { ...run, most: Infinity, isFirst: alone === undefined })));
}

interface LineRun {
  readonly work: LineWork;
  readonly done: Set<string>;
  readonly endsAt: number;
  /** Messages that are worked on now. */
  readonly most: number;
  /** Nothing has run in this batch before. */
  readonly isFirst: boolean;
}

/** True when those behind may go on. */
async function workLine(line: Line, { done, endsAt, isFirst, most, work }: LineRun): Promise<boolean> {
  const { act, clock, putBack } = work;
  let isFresh = isFirst;
  const limit = (timeout: number): number => {
    const left = endsAt - AROUND_A_JOB - clock.now();
    // The first has what there is: a timeout that is longer than any invocation must not keep a job for ever.
    return left >= timeout || isFresh ? Math.max(0, Math.min(timeout, left)) : 0;
  };
  for (const [index, message] of line.slice(0, most).entries()) {
    const fate = await act(message, limit);
    if (fate.kind === "done") {
      done.add(message.id);
      isFresh = false;
      continue;
    }
    // While the message in front is out, its group hands out none of those behind it: they go first.
    if (fate.kind === "back") await Promise.all(line.slice(index + 1).map((behind) => putBack(behind, 0)));
    if (fate.seconds !== undefined) await putBack(message, fate.seconds);
    if (fate.kind === "back") return false;
  }
  return true;
}
