export { type PublishedEvent, type Realtime, realtimeFor } from "./realtime.ts";
export type { Listener } from "./listeners.ts";
export { channelRegistration, type RegisterChannel } from "./register-channel.ts";
