import type { PassThrough } from "node:stream";
import { createApp } from "../../src/app.ts";
import { loadQuery } from "../../src/datastore/find-documents.ts";
import type { App } from "../../src/host/index.ts";
import { type Realtime, realtimeFor } from "../../src/realtime/index.ts";
import { appWorld, type AppWorld, type WorldOptions } from "../support/app-world.ts";
import { httpEvents } from "../support/lambda-events.ts";

/** What a browser makes of an event. */
export interface SentEvent {
  readonly id: string;
  readonly data: unknown;
}

/** One EventSource that does not connect again by itself. */
export interface Client {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Everything after the head. */
  text(): string;
  events(): readonly SentEvent[];
  data(): readonly unknown[];
  lastEventId(): string;
  /** Settles when the invocation has ended. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  leave(): void;
}

export interface ConnectOptions {
  readonly lastEventId?: string;
  readonly seconds?: number;
  readonly query?: string;
}

export interface RealtimeWorld {
  readonly app: AppWorld;
  readonly realtime: Realtime;
  /** A connection by the Function URL, with this much time, seconds. */
  connect(path: string, options?: ConnectOptions): Promise<Client>;
  /** Time that passes, and all that happens in it. */
  pass(milliseconds: number): Promise<void>;
}

// Loaded when it is first needed: here, so that no test waits for a file in the middle of its time.
await loadQuery();

export async function turns(count = 40): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** An app with the channel `/chat`, or what `register` makes. */
export function realtimeWorld(
  register: (app: App) => void = (app) => app.realtime("/chat"),
  options?: WorldOptions,
): RealtimeWorld {
  const app = createApp();
  register(app);
  const world = appWorld(app.init(), options);
  return { app: world, realtime: realtimeFor(app.realtime), ...clientsOf(world) };
}

/** Clients of an app's streams, and the time in which they read. */
export function clientsOf(world: AppWorld): Pick<RealtimeWorld, "connect" | "pass"> {
  return {
    connect: async (path, { lastEventId, query = "", seconds = 900 } = {}) => {
      const deadline = world.clock.now() + seconds * 1_000;
      const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
      const { settled, stream } = world.connect(httpEvents["Function URL"]({ method: "GET", path, query, headers }), {
        getRemainingTimeInMillis: () => deadline - world.clock.now(),
      });
      return clientOf(stream, settled);
    },
    pass: async (milliseconds) => {
      await turns();
      for (let passed = 0; passed < milliseconds; passed += 250) {
        world.clock.advance(250);
        await turns();
      }
    },
  };
}

async function clientOf(stream: PassThrough, settled: Promise<void>): Promise<Client> {
  let received = "";
  let ended = false;
  const closed = settled.finally(() => (ended = true));
  stream.on("data", (chunk: Buffer) => (received += chunk.toString()));
  const separator = "\0".repeat(8);
  while (!received.includes(separator)) await turns(1);
  const [head = ""] = received.split(separator);
  const { headers, statusCode }: { headers: Record<string, string>; statusCode: number } = JSON.parse(head);
  const text = (): string => received.slice(head.length + separator.length);
  const events = (): readonly SentEvent[] => readEvents(text()).events;
  return {
    status: statusCode,
    headers,
    text,
    events,
    data: () => events().map(({ data }) => data),
    lastEventId: () => readEvents(text()).lastEventId,
    ended: closed,
    hasEnded: () => ended,
    leave: () => void stream.destroy(),
  };
}

/** Reads a stream as the HTML Standard says: any of the three line ends, fields, an event at each empty line. */
export function readEvents(text: string): { readonly events: readonly SentEvent[]; readonly lastEventId: string } {
  const events: SentEvent[] = [];
  let lastEventId = "";
  let data: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, name = "", value = ""] = /^([^:]*):? ?(.*)$/su.exec(line) ?? [];
    if (name === "id") lastEventId = value;
    if (name === "data") data.push(value);
    if (name === "event") throw new Error("events have no other name than message");
    if (line !== "" || data.length === 0) continue;
    events.push({ id: lastEventId, data: JSON.parse(data.join("\n")) });
    data = [];
  }
  return { events, lastEventId };
}
