import type { JsonValue } from "@stephooks/core";

/** One event of a stream. */
export interface StreamEvent {
  /** Digits, dots and lower-case letters: it goes into a line of its own. */
  readonly id: string;
  readonly data: JsonValue;
}

/** Where the events of one stream come from. */
export interface EventFeed {
  /** The id of what was read last: a client that comes again goes on behind it. */
  readonly position: string;
  /** True when more can be read at once. */
  readonly isBehind: boolean;
  /** True when the next event is on its way. */
  readonly isWaiting: boolean;
  /** True when nothing will ever come. */
  readonly isOver: boolean;
  /** How long to wait before it is asked again, milliseconds. */
  readonly pause: number;
  /** The events that come next, in order. */
  next(): Promise<readonly StreamEvent[]>;
  /** Whether the client may still have them: asked with every heartbeat. */
  isAllowed(): Promise<boolean>;
}
