export type { EventFeed, StreamEvent } from "./event-feed.ts";
export { type PublishedEvent, type Realtime, realtimeFor } from "./realtime.ts";
export type { Listener } from "./listeners.ts";
export { channelRegistration, type RegisterChannel } from "./register-channel.ts";
export { serveEvents, streamHeaders } from "./serve-events.ts";
