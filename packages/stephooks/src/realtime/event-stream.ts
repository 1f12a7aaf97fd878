import { isCodedError } from "@stephooks/core";
import type { Predicate } from "@stephooks/query";
import { loadQuery } from "../datastore/find-documents.ts";
import { currentRuntime } from "../host/current-runtime.ts";
import type { RouteHandler } from "../http/index.ts";
import type { Runtime } from "../runtime.ts";
import { ChannelCursor, type NumberedEvent } from "./channel-cursor.ts";
import { ChannelLog } from "./channel-log.ts";
import { channelName } from "./channel-name.ts";
import type { EventFeed, StreamEvent } from "./event-feed.ts";
import { lastEventNumber } from "./event-text.ts";
import { type Listener, Listeners } from "./listeners.ts";
import { isStreamed, serveEvents, streamHeaders } from "./serve-events.ts";
import { SharedReader } from "./shared-reader.ts";

/** How often an open connection looks for events, milliseconds. */
export const LOOK_EVERY = 500;

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
    if (req.method === "HEAD") return void res.set(streamHeaders).end();
    // Scripts that stand in for EventSource, so as to send a key, put the id into the query.
    const seen = lastEventNumber(req.headers["last-event-id"] ?? req.query["lastEventId"]);
    const log = new ChannelLog(runtime.ports, name);
    const end = await log.end();
    // Whoever claims to have seen less than was there when the listener was made does not get it.
    const position = Math.min(end, Math.max(seen ?? end, listener.after));
    const cursor = new ChannelCursor(isStreamed(res) ? readerOf(runtime) : log, runtime.ports.clock, position);
    return serveEvents(res, { feed: new ListenerFeed(cursor, listener, listeners), runtime });
  };
}

/** The events of a channel that are for one listener. */
class ListenerFeed implements EventFeed {
  readonly isOver = false;
  readonly pause = LOOK_EVERY;
  readonly #cursor: ChannelCursor;
  readonly #listener: Listener;
  readonly #listeners: Listeners;

  constructor(cursor: ChannelCursor, listener: Listener, listeners: Listeners) {
    this.#cursor = cursor;
    this.#listener = listener;
    this.#listeners = listeners;
  }

  get position(): string {
    return String(this.#cursor.position);
  }

  get isBehind(): boolean {
    return this.#cursor.isBehind;
  }

  get isWaiting(): boolean {
    return this.#cursor.isWaiting;
  }

  async next(): Promise<readonly StreamEvent[]> {
    const events = await matching(await this.#cursor.next(), this.#listener);
    return events.map(({ data, number }) => ({ id: String(number), data }));
  }

  isAllowed(): Promise<boolean> {
    return this.#listeners.get(this.#listener._id).then(
      () => true,
      (error: unknown) => {
        if (isCodedError(error) && error.code === "not-found") return false;
        throw error;
      },
    );
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
