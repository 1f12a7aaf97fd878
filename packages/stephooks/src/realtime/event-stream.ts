import type { Writable } from "node:stream";
import { isCodedError } from "@stephooks/core";
import { currentRuntime } from "../host/current-runtime.ts";
import { currentScope } from "../host/invocation-scope.ts";
import { AppResponse, type RouteHandler } from "../http/index.ts";
import type { Predicate } from "@stephooks/query";
import type { Runtime } from "../runtime.ts";
import { ChannelCursor, type NumberedEvent } from "./channel-cursor.ts";
import { ChannelLog } from "./channel-log.ts";
import { channelName } from "./channel-name.ts";
import { eventText, heartbeatText, lastEventNumber, openingText } from "./event-text.ts";
import { type Listener, Listeners } from "./listeners.ts";
import { SharedReader } from "./shared-reader.ts";
import { loadQuery } from "../datastore/find-documents.ts";

/** How often an open connection looks for events, milliseconds. */
export const LOOK_EVERY = 500;

/** How long a connection stays silent, and a removed listener connected, milliseconds. */
export const HEARTBEAT = 15_000;

/** How long a client waits before it connects again, milliseconds: after a stream, and where the front cannot stream. */
const RETRY = 500;
const RETRY_WHOLE = 2_000;

/** What a stream needs to end before its invocation does, milliseconds. */
const CLOSING_TIME = 1_000;

const streamHeaders = Object.freeze({
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
});

/** Answers a listener with the events of a channel that are for it, for as long as the invocation lasts. */
export function channelHandler(channel: string): RouteHandler {
  const name = channelName(channel);
  const readers = new WeakMap<Runtime, SharedReader>();
  const readerOf = (runtime: Runtime): SharedReader => {
    const { clock } = runtime.ports;
    const reader = readers.get(runtime) ?? new SharedReader(new ChannelLog(runtime.ports, name), clock);
    readers.set(runtime, reader);
    return reader;
  };
  return async (req, res) => {
    const runtime = currentRuntime();
    const listeners = new Listeners(runtime.ports, name);
    const listener = await listeners.get(req.params["clientID"]);
    res.set(streamHeaders);
    if (req.method === "HEAD") return void res.end();
    // Scripts that stand in for EventSource, so as to send a key, put the id into the query.
    const seen = lastEventNumber(req.headers["last-event-id"] ?? req.query["lastEventId"]);
    const log = new ChannelLog(runtime.ports, name);
    const end = await log.end();
    // Whoever claims to have seen less than was there when the listener was made does not get it.
    const position = Math.min(end, Math.max(seen ?? end, listener.after));
    // Within a front that waits for the whole answer a stream would never arrive.
    const streamed = res instanceof AppResponse && res.isStreamed;
    const connection = new Connection(runtime, res.writable, {
      cursor: new ChannelCursor(streamed ? readerOf(runtime) : log, runtime.ports.clock, position),
      listener,
      listeners,
    });
    return connection.serve(streamed);
  };
}

interface Source {
  readonly cursor: ChannelCursor;
  readonly listener: Listener;
  readonly listeners: Listeners;
}

/** One answer of events, from its beginning to its end. */
class Connection {
  readonly #runtime: Runtime;
  readonly #writable: Writable;
  readonly #source: Source;
  /** Until when it may go on. */
  readonly #until: number;
  /** When the listener was last known to be there. */
  #checkedAt: number;

  constructor(runtime: Runtime, writable: Writable, source: Source) {
    this.#runtime = runtime;
    this.#writable = writable;
    this.#source = source;
    this.#until = (currentScope()?.endsAt ?? Infinity) - CLOSING_TIME;
    this.#checkedAt = runtime.ports.clock.now();
  }

  async serve(streamed: boolean): Promise<void> {
    const { cursor } = this.#source;
    await this.#send(openingText(streamed ? RETRY : RETRY_WHOLE, cursor.position));
    try {
      while (this.#isOpen() && (await this.#round())) {
        if (!streamed && !cursor.isBehind && !cursor.isWaiting) break;
        if (!cursor.isBehind) await this.#pause();
      }
      await this.#send(heartbeatText(cursor.position));
    } catch (error) {
      // The status has left. A client that comes again goes on behind the last event it got.
      const reason = isCodedError(error) ? error.code : String(error);
      this.#runtime.ports.logger.log("error", "event stream ended early", { reason });
    }
    this.#writable.end();
  }

  /** Sends what has come; false when the listener is no longer there. */
  async #round(): Promise<boolean> {
    const { cursor, listeners, listener } = this.#source;
    const events = await cursor.next();
    for (const { data, number } of await matching(events, listener)) await this.#send(eventText(number, data));
    if (this.#now() - this.#checkedAt < HEARTBEAT) return true;
    this.#checkedAt = this.#now();
    const isThere = await listeners.get(listener._id).then(
      () => true,
      (error: unknown) => {
        if (isCodedError(error) && error.code === "not-found") return false;
        throw error;
      },
    );
    if (isThere) await this.#send(heartbeatText(cursor.position));
    return isThere;
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
  async #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const longest = Math.max(0, Math.min(LOOK_EVERY, this.#until - this.#now()));
    const cancel = this.#runtime.ports.clock.timer(longest, resolve);
    this.#writable.once("close", resolve);
    await promise;
    this.#writable.off("close", resolve);
    cancel();
  }
}

/** Queries of events that several connections look at. */
const compiled = new WeakMap<object, Predicate>();

/** The events that are for a listener. */
async function matching(events: readonly NumberedEvent[], { subscribe }: Listener): Promise<readonly NumberedEvent[]> {
  if (events.every(({ query }) => Object.keys(query).length === 0)) return events;
  const { compileFilter } = await loadQuery();
  return events.filter(({ query }) => {
    const matches = compiled.get(query) ?? compileFilter(query);
    compiled.set(query, matches);
    return matches(subscribe);
  });
}
