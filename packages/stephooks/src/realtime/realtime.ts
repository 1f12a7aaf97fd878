import { currentRuntime } from "../host/current-runtime.ts";
import { counted } from "../host/invocation-scope.ts";
import { loadQuery } from "../datastore/find-documents.ts";
import { asJson, storable } from "../datastore/document-write.ts";
import type { Query } from "../datastore/index.ts";
import { ChannelLog } from "./channel-log.ts";
import { channelName } from "./channel-name.ts";
import { type Listener, Listeners, objectOf } from "./listeners.ts";
import type { RegisterChannel } from "./register-channel.ts";

/** An event as it was published. */
export interface PublishedEvent {
  readonly _id: string;
  readonly channel: string;
  readonly data: unknown;
  readonly query: Query;
  /** ISO 8601. */
  readonly timestamp: string;
}

/** Server-sent events, as codehooks-js has them. */
export interface Realtime {
  /** The same as `app.realtime`. */
  readonly createChannel: RegisterChannel;
  /**
   * Sends an event to every open connection of the channel whose listener's interests match the query; `{}` matches
   * all. Answers once the event is stored: a connection that is broken then gets it when it comes again within an hour.
   *
   * @throws StephooksError `invalid-argument`, `invalid-document`, `document-too-large`, `contended`; QueryError.
   */
  publishEvent(channel: string, data: unknown, query?: Query): Promise<PublishedEvent>;
  /** Makes a listener, whose `_id` opens a connection to the channel. @throws StephooksError `invalid-argument`. */
  createListener(channel: string, interests?: object): Promise<Listener>;
  /** Every listener of the channel. */
  getListeners(channel: string): Promise<Listener[]>;
  /** @throws StephooksError `not-found`. */
  getListener(channel: string, listenerId: string): Promise<Listener>;
  /** Removes a listener; its connections end within 15 seconds. @throws StephooksError `not-found`. */
  removeListener(channel: string, listenerId: string): Promise<Listener>;
}

/** What `realtime` is for an app with this registration of channels. */
export function realtimeFor(createChannel: RegisterChannel): Realtime {
  const listeners = (channel: string): Listeners => new Listeners(currentRuntime().ports, channelName(channel));
  return Object.freeze({
    createChannel,
    publishEvent: (channel: string, data: unknown, query?: Query) => counted(() => publish(channel, data, query)),
    createListener: (channel: string, interests?: object) => counted(async () => listeners(channel).create(interests)),
    getListeners: (channel: string) => counted(async () => listeners(channel).list()),
    getListener: (channel: string, listenerId: string) => counted(async () => listeners(channel).get(listenerId)),
    removeListener: (channel: string, listenerId: string) => counted(async () => listeners(channel).remove(listenerId)),
  });
}

async function publish(channel: string, data: unknown, given: unknown): Promise<PublishedEvent> {
  const { ports } = currentRuntime();
  const log = new ChannelLog(ports, channelName(channel));
  const query = objectOf(given, "The query of an event");
  // A wrong query is told to who publishes, not to every listener.
  const { compileFilter } = await loadQuery();
  compileFilter(query);
  const timestamp = new Date(ports.clock.now()).toISOString();
  const content = asJson(storable({ channel, data, query, timestamp }));
  const number = await log.append(content);
  return { _id: String(number), channel, data: content["data"], query, timestamp };
}
