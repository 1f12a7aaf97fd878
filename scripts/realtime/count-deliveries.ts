import { fileURLToPath } from "node:url";
import { isRecord } from "@stephooks/core";
import { type Stack, startStack } from "@stephooks/local";

export interface DeliveryRun {
  readonly streams: number;
  /** Of one round. */
  readonly events: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}

export interface Deliveries {
  readonly expected: number;
  readonly delivered: number;
  readonly lost: number;
  readonly twice: number;
  readonly connections: number;
}

/** Events are for one room each; so are listeners. */
const ROOMS = 10;

/** Published by one request. */
const AT_ONCE = 50;

/** How long nothing more may come before the rest counts as lost, milliseconds. */
const PATIENCE = 20_000;

/** Opens streams on a local stack, publishes, and counts what came to whom. */
export async function countDeliveries({ events, rounds, say, streams }: DeliveryRun): Promise<Deliveries> {
  const stack = await startStack({ bundle: fileURLToPath(new URL("app.ts", import.meta.url)), output: "ignore" });
  const leaving = new AbortController();
  try {
    const clients = Array.from({ length: streams }, (_, index) => new Client(stack.url, index % ROOMS, leaving.signal));
    for (let start = 0; start < streams; start += AT_ONCE) {
      await Promise.all(clients.slice(start, start + AT_ONCE).map((client) => client.open()));
    }
    say(`${streams} streams open; ${await memory(stack)}`);
    const wantedUntil = (sent: number): number[] =>
      clients.map(({ room }) => Math.floor((sent - room + ROOMS - 1) / ROOMS));
    const began = Date.now();
    for (let sent = 0; sent < rounds * events; sent += events) {
      await publish(stack, sent, sent + events);
      say(`${sent + events} published after ${Date.now() - began} ms`);
      await quiet(clients, wantedUntil(sent + events));
      say(`and delivered after ${Date.now() - began} ms; ${await memory(stack)}`);
    }
    const wanted = wantedUntil(rounds * events);
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
    return {
      expected: sum(wanted),
      delivered: sum(clients.map(({ seen }) => seen.size)),
      lost: sum(clients.map(({ seen }, index) => (wanted[index] ?? 0) - seen.size)),
      twice: sum(clients.map(({ twice }) => twice)),
      connections: sum(clients.map(({ connections }) => connections)),
    };
  } finally {
    leaving.abort();
    await stack.stop();
  }
}

async function publish({ url }: Stack, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += AT_ONCE) {
    await post(`${url}/events`, { from: first, to: Math.min(to, first + AT_ONCE), rooms: ROOMS });
  }
}

/** Until everybody has everything, or nothing has come for a while. */
async function quiet(clients: readonly Client[], wanted: readonly number[]): Promise<void> {
  let before = -1;
  for (let since = Date.now(); Date.now() - since < PATIENCE;) {
    const seen = clients.reduce((total, client) => total + client.seen.size, 0);
    if (clients.every((client, index) => client.seen.size === wanted[index])) return;
    if (seen !== before) since = Date.now();
    before = seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** An EventSource that connects again by itself. */
class Client {
  readonly room: number;
  readonly seen = new Set<number>();
  twice = 0;
  connections = 0;
  readonly #origin: string;
  readonly #signal: AbortSignal;
  #lastEventId: string | undefined;

  constructor(origin: string, room: number, signal: AbortSignal) {
    this.#origin = origin;
    this.room = room;
    this.#signal = signal;
  }

  /** Settles when the first connection stands. */
  async open(): Promise<void> {
    const listener: unknown = await (await post(`${this.#origin}/listeners`, { room: this.room })).json();
    const url = `${this.#origin}/chat/${isRecord(listener) ? String(listener["_id"]) : ""}`;
    const { promise, resolve } = Promise.withResolvers<void>();
    void (async () => {
      while (!this.#signal.aborted) await this.#read(url, resolve).catch(() => {});
    })();
    return promise;
  }

  async #read(url: string, opened: () => void): Promise<void> {
    const headers: Record<string, string> =
      this.#lastEventId === undefined ? {} : { "last-event-id": this.#lastEventId };
    const { body } = await fetch(url, { headers, signal: this.#signal });
    this.connections += 1;
    let unread = "";
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (unread + chunk).split("\n\n");
      unread = blocks.pop() ?? "";
      for (const block of blocks) this.#take(block);
      opened();
    }
  }

  #take(block: string): void {
    this.#lastEventId = /^id: (\d+)$/m.exec(block)?.[1] ?? this.#lastEventId;
    const number = /^data: \{"number":(\d+)\}$/m.exec(block)?.[1];
    if (number === undefined) return;
    if (this.seen.has(Number(number))) this.twice += 1;
    this.seen.add(Number(number));
  }
}

async function post(url: string, body: object): Promise<Response> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${url} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

/** Readings of which the least counts: what is on its way at one of them has arrived at another. */
const READINGS = 5;

/** What the process that serves the streams holds. */
async function memory({ url }: Stack): Promise<string> {
  const live: number[] = [];
  const held: number[] = [];
  for (let reading = 0; reading < READINGS; reading += 1) {
    const answer: unknown = await (await fetch(`${url}/memory`)).json();
    live.push(isRecord(answer) ? Number(answer["live"]) : NaN);
    held.push(isRecord(answer) ? Number(answer["rss"]) : NaN);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const megabytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
  return `in the app's process ${megabytes(Math.min(...live))} MB live after a collection, of ${megabytes(Math.max(...held))} MB it has from the system`;
}
