import type { JsonValue } from "@stephooks/core";

/*
 * What a stream of server-sent events is made of (HTML Standard, "Server-sent events"). A line break would end a field:
 * ids have none, and JSON escapes those of texts.
 */

/** Begins a stream: how long a client waits before it connects again, milliseconds, and where it stands. */
export function openingText(retry: number, position: string): string {
  return `retry: ${retry}\nid: ${position}\n\n`;
}

/** One event. */
export function eventText(id: string, data: JsonValue): string {
  return `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Keeps a quiet connection open, and tells the client how far it need not look back. It makes no event. */
export function heartbeatText(position: string): string {
  return `: still here\nid: ${position}\n\n`;
}

/** The number of the last event a client has seen; undefined for anything that we have not sent. */
export function lastEventNumber(sent: unknown): number | undefined {
  return typeof sent === "string" && /^\d{1,15}$/.test(sent) ? Number(sent) : undefined;
}
