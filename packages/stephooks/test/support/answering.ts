import { createApp } from "../../src/app.ts";
import type { RouteHandler } from "../../src/http/index.ts";
import { appWorld, type AppWorld } from "./app-world.ts";
import { httpEvent } from "./lambda-events.ts";

/** Longer than any test: what waits for it waits until it is told to stop. */
export const HOUR = 3_600_000;

/** An app whose `GET /` is this function. */
export function answering(handler: RouteHandler): AppWorld {
  const app = createApp();
  app.get("/", handler);
  return appWorld(app.init());
}

/** What {@link answering} answers. */
export const request = httpEvent({ method: "GET", path: "/" });

/** By the global timer, as apps write it. */
export const pause = (milliseconds = 1): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
