import { watchedInstance } from "@stephooks/engine";
import { asJson } from "../datastore/document-write.ts";
import { currentRuntime } from "../host/current-runtime.ts";
import type { RouteHandler } from "../http/index.ts";
import { type EventFeed, serveEvents, type StreamEvent, streamHeaders } from "../realtime/index.ts";
import { beginning, parsePlace } from "./place.ts";
import { ProgressFeed, type Show } from "./progress-feed.ts";

/**
 * Answers with what happens to the instance that the token in `?token=` names, as server-sent events. 204, which
 * `EventSource` takes for the end, to a client that has seen the end.
 */
export function progressRoute(workflow: string, show: Show | undefined): RouteHandler {
  return async (req, res) => {
    const runtime = currentRuntime();
    const { definitions, ports } = runtime;
    // What a token opens is nobody else's: no cache and no other page is to learn the address.
    res.set({ "referrer-policy": "no-referrer" });
    const { id } = req.params;
    const { expiresAt, head } = await watchedInstance(req.query["token"], { id, workflow }, ports);
    if (req.method === "HEAD") return void res.set(streamHeaders).end();
    const place = parsePlace(req.headers["last-event-id"] ?? req.query["lastEventId"]) ?? beginning;
    if (ProgressFeed.isOver(head, place)) return void res.status(204).end();
    const feed = new BrowserFeed(new ProgressFeed(head, place, { definitions, ports, show }));
    return serveEvents(res, { feed, runtime, until: expiresAt });
  };
}

/** The feed of an instance as a stream's. The token was checked; the stream ends when it expires. */
class BrowserFeed implements EventFeed {
  readonly isWaiting = false;
  readonly #feed: ProgressFeed;

  constructor(feed: ProgressFeed) {
    this.#feed = feed;
  }

  get position(): string {
    return this.#feed.position;
  }

  get isBehind(): boolean {
    return this.#feed.isBehind;
  }

  get isOver(): boolean {
    return this.#feed.isOver;
  }

  get pause(): number {
    return this.#feed.pause;
  }

  async next(): Promise<readonly StreamEvent[]> {
    const events = await this.#feed.next();
    return events.map((event) => ({ id: event.id, data: asJson({ ...event }) }));
  }

  isAllowed(): Promise<boolean> {
    return Promise.resolve(true);
  }
}
