import type { AppPorts, DocumentWrite, JsonObject, JsonValue, KeyPlace } from "@stephooks/core";
import { isRecord, PortError } from "@stephooks/core";
import { StephooksError } from "../stephooks-error.ts";

/** How long an event can be read, milliseconds. */
export const RETENTION = 3_600_000;

/** Events that one call reads at the most. */
export const READ_AT_ONCE = 100;

/** Numbers that one event takes before its publisher gives up. */
const MAX_NUMBERS = 5;

/** One event, as a listener's connection needs it. */
export interface ChannelEvent {
  readonly data: JsonValue;
  readonly query: JsonObject;
}

/** What a number stands for: an event, or nothing for ever. */
export type LogEntry = { readonly kind: "event"; readonly event: ChannelEvent } | { readonly kind: "void" };

export type LogPorts = Pick<AppPorts, "clock" | "documents" | "keyValues">;

/**
 * The events of one channel, numbered from 1 without a gap. A publisher takes the next number and then writes its event
 * under it, if the number is still free. A number whose publisher is late is closed by a reader that waits for it; the
 * publisher then finds it taken and uses another one. So all readers see the same events in the same order, none of them
 * late, and the number of the last one says all about what a reader has seen.
 */
export class ChannelLog {
  readonly #ports: LogPorts;
  readonly #collection: string;
  readonly #counter: KeyPlace;

  constructor(ports: LogPorts, name: string) {
    this.#ports = ports;
    this.#collection = `_stephooks-events:${name}`;
    this.#counter = { keyspace: "_stephooks-realtime", key: name };
  }

  /** The last number that was taken; 0 before the first. */
  async end(): Promise<number> {
    const entry = await this.#ports.keyValues.get(this.#counter);
    return typeof entry?.value === "number" ? entry.value : 0;
  }

  /**
   * Adds an event; its number.
   *
   * @throws StephooksError `contended` when readers closed every number that was taken, `document-too-large`; PortError.
   */
  async append(event: JsonObject): Promise<number> {
    for (let tries = 0; tries < MAX_NUMBERS; tries++) {
      const taken = await this.#ports.keyValues.add(this.#counter, 1);
      if (taken.ok && (await this.#write(taken.value, event))) return taken.value;
    }
    throw new StephooksError("contended", "The event could not be stored in time. Publish it again.");
  }

  /** The entries of these numbers, both ends included; at most {@link READ_AT_ONCE}. */
  async read(from: number, to: number): Promise<ReadonlyMap<number, LogEntry>> {
    const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    const stored = await this.#ports.documents.read(this.#collection, numbers.map(idOf));
    const entries = numbers.flatMap((number): [number, LogEntry][] => {
      const document = stored.get(idOf(number))?.document;
      return document === undefined ? [] : [[number, entryOf(document)]];
    });
    return new Map(entries);
  }

  /** The first number from this one on that something is stored under. */
  async firstFrom(number: number): Promise<number | undefined> {
    const listing = { collection: this.#collection, ids: { from: idOf(number) }, expected: 1 };
    for await (const [first] of this.#ports.documents.list(listing)) {
      if (first !== undefined && first.id >= idOf(number)) return Number(first.id);
    }
    return undefined;
  }

  /** Makes a number stand for nothing, unless an event is stored under it. */
  async close(number: number): Promise<void> {
    await this.#write(number, { void: true });
  }

  async #write(number: number, content: JsonObject): Promise<boolean> {
    const id = idOf(number);
    const write: DocumentWrite = {
      collection: this.#collection,
      id,
      document: { ...content, _id: id },
      expiresAt: this.#ports.clock.now() + RETENTION,
      expected: undefined,
    };
    try {
      return (await this.#ports.documents.write(write)).ok;
    } catch (error) {
      if (!(error instanceof PortError) || error.code !== "too-large") throw error;
      throw new StephooksError(
        "document-too-large",
        "An event is at most 400 KB. Publish where the content is instead.",
        {},
        { cause: error },
      );
    }
  }
}

/** Sixteen digits: as text in the order of the numbers. */
function idOf(number: number): string {
  return String(number).padStart(16, "0");
}

function entryOf({ data = null, query, void: closed }: JsonObject): LogEntry {
  if (closed === true) return { kind: "void" };
  return { kind: "event", event: { data, query: isRecord(query) ? query : {} } };
}
