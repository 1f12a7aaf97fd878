import type { Writable } from "node:stream";
import { isCodedError } from "@stephooks/core";
import { currentScope } from "../host/invocation-scope.ts";
import { AppResponse, type HttpResponse } from "../http/index.ts";
import type { Runtime } from "../runtime.ts";
import type { EventFeed } from "./event-feed.ts";
import { eventText, heartbeatText, openingText } from "./event-text.ts";

/** How long a connection stays silent, and a client that is no longer allowed connected, milliseconds. */
export const HEARTBEAT = 15_000;

/** How long a client waits before it connects again, milliseconds: after a stream, and where the front cannot stream. */
const RETRY = 500;
const RETRY_WHOLE = 2_000;

/** What a stream needs to end before its invocation does, milliseconds. */
const CLOSING_TIME = 1_000;

/** The head of every stream. */
export const streamHeaders = Object.freeze({
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
});

/** Whether what is written arrives at once: within a front that waits for the whole answer a stream would never arrive. */
export function isStreamed(res: HttpResponse): boolean {
  return res instanceof AppResponse && res.isStreamed;
}

/**
 * Answers with the events of a feed as server-sent events: for as long as the invocation, the client's permission and
 * the feed last; where the front does not stream, with those that are there. `until`: epoch milliseconds.
 */
export function serveEvents(
  res: HttpResponse,
  { feed, runtime, until = Infinity }: { readonly feed: EventFeed; readonly runtime: Runtime; readonly until?: number },
): Promise<void> {
  res.set(streamHeaders);
  const ends = Math.min(until, (currentScope()?.endsAt ?? Infinity) - CLOSING_TIME);
  return new Connection(runtime, { writable: res.writable, feed, until: ends }).serve(isStreamed(res));
}

interface Line {
  readonly writable: Writable;
  readonly feed: EventFeed;
  readonly until: number;
}

/** One answer of events, from its beginning to its end. */
class Connection {
  readonly #runtime: Runtime;
  readonly #writable: Writable;
  readonly #feed: EventFeed;
  /** Until when it may go on. */
  readonly #until: number;
  /** When the client was last known to be allowed. */
  #checkedAt: number;

  constructor(runtime: Runtime, { feed, until, writable }: Line) {
    this.#runtime = runtime;
    this.#writable = writable;
    this.#feed = feed;
    this.#until = until;
    this.#checkedAt = runtime.ports.clock.now();
  }

  async serve(streamed: boolean): Promise<void> {
    const feed = this.#feed;
    await this.#send(openingText(streamed ? RETRY : RETRY_WHOLE, feed.position));
    try {
      while (this.#isOpen() && (await this.#round())) {
        if (feed.isOver || (!streamed && !feed.isBehind && !feed.isWaiting)) break;
        if (!feed.isBehind) await this.#pause(feed.pause);
      }
      await this.#send(heartbeatText(feed.position));
    } catch (error) {
      // The status has left. A client that comes again goes on behind the last event it got.
      const reason = isCodedError(error) ? error.code : String(error);
      this.#runtime.ports.logger.log("error", "event stream ended early", { reason });
    }
    this.#writable.end();
  }

  /** Sends what has come; false when the client is no longer allowed. */
  async #round(): Promise<boolean> {
    for (const { data, id } of await this.#feed.next()) await this.#send(eventText(id, data));
    if (this.#now() - this.#checkedAt < HEARTBEAT) return true;
    this.#checkedAt = this.#now();
    const isAllowed = await this.#feed.isAllowed();
    if (isAllowed) await this.#send(heartbeatText(this.#feed.position));
    return isAllowed;
  }

  #now(): number {
    return this.#runtime.ports.clock.now();
  }

  #isOpen(): boolean {
    return !this.#writable.destroyed && this.#now() < this.#until;
  }

  /** Settles when the client can take more, or has left. */
  async #send(text: string): Promise<void> {
    if (this.#writable.destroyed) return;
    await new Promise<void>((resolve) => this.#writable.write(text, () => resolve()));
  }

  /** Until it is time to look again, or the client has left. */
  async #pause(wanted: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const longest = Math.max(0, Math.min(wanted, HEARTBEAT, this.#until - this.#now()));
    const cancel = this.#runtime.ports.clock.timer(longest, resolve);
    this.#writable.once("close", resolve);
    await promise;
    this.#writable.off("close", resolve);
    cancel();
  }
}
