import type { Difference } from "./difference.ts";

/** Differences of channels and their listeners. Each is tested in `test/realtime`. */
export const realtimeDifferences: readonly Difference[] = [
  {
    id: "channel-hooks-guard-streams",
    topic: "realtime",
    codehooks: "codehooks-js keeps the first function of a channel, and registers it for the channel's own path",
    stephooks: "all of them run before each stream is opened, too",
    why: "a check that was written down must run",
    strict: "safety",
  },
  {
    id: "streams-need-a-key",
    topic: "realtime",
    codehooks: "who may open a stream is not documented",
    stephooks: "whoever has a key or passes app.auth, as on every path, and names a listener of the channel; else 404",
    why: "nothing is open that the app did not open",
    strict: "safety",
  },
  {
    id: "events-are-resumed",
    topic: "realtime",
    codehooks: "what is published while a connection is broken is not known to reach it later",
    stephooks: "events have numbers; with Last-Event-ID a client gets what it missed of the last hour, each once",
    why: "connections break, and end with their function's time",
    strict: "more",
  },
  {
    id: "streams-have-one-form",
    topic: "realtime",
    codehooks: "names of events, their ids and what a quiet connection sends are not documented",
    stephooks: "every event is a message with an id; a comment every 15 seconds",
    why: "EventSource.onmessage receives it, and nothing in between takes the connection for dead",
    strict: "unknown",
  },
  {
    id: "channel-names-are-exact",
    topic: "realtime",
    codehooks: "the first slash of a name is dropped wherever it is: a/b and ab are one channel",
    stephooks: "only one in front is",
    why: "events of one channel must not reach another",
    strict: "safety",
  },
  {
    id: "events-are-checked",
    topic: "realtime",
    codehooks: "an event with a query that is none is stored",
    stephooks: "publishEvent is refused, as a find with that query is",
    why: "its publisher learns of it",
    strict: "defect",
  },
  {
    id: "events-are-not-documents",
    topic: "realtime",
    codehooks: "listeners and events are documents of _event_listeners_chat and _event_publish_chat, and stay",
    stephooks: "no collection of the app shows them, and events are gone after an hour",
    why: "the _id of a listener opens its stream; events without an end would be paid for without an end",
    strict: "safety",
  },
];
