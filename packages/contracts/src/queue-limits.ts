import { PortError } from "@stephooks/core";

/** SQS's limits. */
const MAX_BATCH = 10;
const MAX_VISIBILITY_SECONDS = 43_200;

export function assertBatch(maximum: number): void {
  if (Number.isInteger(maximum) && maximum >= 1 && maximum <= MAX_BATCH) return;
  throw new PortError("invalid", `A receive of ${maximum} messages is refused: ask for 1 to ${MAX_BATCH}.`);
}

export function assertVisibility(seconds: number): void {
  assertSeconds("visibility timeout", seconds, MAX_VISIBILITY_SECONDS);
}

export function assertSeconds(what: string, seconds: number, limit: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= limit) return;
  throw new PortError("invalid", `A ${what} of ${seconds} s is refused: give whole seconds from 0 to ${limit}.`);
}
