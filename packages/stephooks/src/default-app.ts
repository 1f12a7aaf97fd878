import { type App, createApp } from "./app.ts";
import { type Realtime, realtimeFor } from "./realtime/index.ts";
import { type Schedule, scheduleFor } from "./crons/index.ts";

/** The app of this process, as codehooks-js has it: entry files register on it and export `app.init()`. */
export const app: App = createApp();

/** Jobs at a time, of the same app. */
export const schedule: Schedule<App["job"]> = scheduleFor(app.job);

/** Server-sent events, of the same app. */
export const realtime: Realtime = realtimeFor(app.realtime);
