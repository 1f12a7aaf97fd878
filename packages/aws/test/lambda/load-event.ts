import { readFileSync } from "node:fs";
import { isRecord } from "@stephooks/core";
import { type HttpEvent, recogniseLambdaEvent } from "../../src/lambda/index.ts";

/** A recorded-style event from `events/`, with some top-level fields replaced. */
export function loadEvent(name: string, replaced: Record<string, unknown> = {}): Record<string, unknown> {
  const event: unknown = JSON.parse(readFileSync(new URL(`./events/${name}.json`, import.meta.url), "utf8"));
  if (!isRecord(event)) throw new Error(`events/${name}.json is not an object`);
  return { ...event, ...replaced };
}

/** {@link loadEvent}, recognised as an HTTP event. */
export function httpEvent(name: string, replaced: Record<string, unknown> = {}): HttpEvent {
  const event = recogniseLambdaEvent(loadEvent(name, replaced));
  if (event.kind !== "http") throw new Error(`events/${name}.json is not an HTTP event`);
  return event;
}
