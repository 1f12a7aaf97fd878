import { type App, createApp } from "./app.ts";

/** The app of this process, as codehooks-js has it: entry files register on it and export `app.init()`. */
export const app: App = createApp();
