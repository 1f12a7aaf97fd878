import type { Clock } from "@stephooks/core";
import { currentScope } from "../host/invocation-scope.ts";
import { StephooksError } from "../stephooks-error.ts";
import { beginning, parsePlace, type Place } from "./place.ts";
import type { ProgressEvent } from "./progress-event.ts";
import type { ProgressFeed } from "./progress-feed.ts";

export interface SubscribeOptions {
  /** Goes on behind the event with this `id`; from the beginning without it. */
  readonly after?: string;
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
}

/** @throws StephooksError `invalid-argument`. */
export function placeAfter(after: unknown): Place {
  const place = after === undefined ? beginning : parsePlace(after);
  if (place !== undefined) return place;
  throw new StephooksError("invalid-argument", "subscribe takes after: the id of an event, as it was given out.");
}

/** The events of a feed until it is over, the signal is given, or the invocation's time is. */
export async function* subscription(
  feed: ProgressFeed,
  clock: Clock,
  signal: AbortSignal | undefined,
): AsyncGenerator<ProgressEvent, void, undefined> {
  const until = currentScope()?.endsAt ?? Infinity;
  const isOpen = (): boolean => signal?.aborted !== true && clock.now() < until;
  while (isOpen()) {
    yield* await feed.next();
    if (feed.isOver) return;
    if (!feed.isBehind && isOpen()) await pause(Math.min(feed.pause, until - clock.now()), clock, signal);
  }
}

async function pause(longest: number, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.timer(longest, resolve);
  const stop = (): void => resolve();
  signal?.addEventListener("abort", stop);
  await promise;
  signal?.removeEventListener("abort", stop);
  cancel();
}
