import { type AppPorts, isRecord, type JsonObject, type JsonValue, randomHex } from "@stephooks/core";
import { asJson, storable } from "../datastore/document-write.ts";
import { StephooksError } from "../stephooks-error.ts";
import { ChannelLog } from "./channel-log.ts";

/** Somebody who may open a connection to a channel. */
export interface Listener {
  /** Opens the connection, at the channel's path and this: nobody can guess it. */
  readonly _id: string;
  /** What it is interested in: events with a query come to those that match it. */
  readonly subscribe: JsonObject;
  /** When it was made, ISO 8601. */
  readonly timestamp: string;
  /** Number of the channel's last event then: it gets later ones only. */
  readonly after: number;
}

/** Bytes of chance in an id. */
const ID_BYTES = 16;

export class Listeners {
  readonly #ports: AppPorts;
  readonly #name: string;
  readonly #collection: string;

  constructor(ports: AppPorts, name: string) {
    this.#ports = ports;
    this.#name = name;
    this.#collection = `_stephooks-listeners:${name}`;
  }

  /** @throws StephooksError `invalid-argument`, `invalid-document`. */
  async create(interests: unknown): Promise<Listener> {
    const { clock, documents, random } = this.#ports;
    const subscribe = objectOf(interests, "What a listener is interested in");
    const _id = randomHex(random, ID_BYTES);
    const timestamp = new Date(clock.now()).toISOString();
    const after = await new ChannelLog(this.#ports, this.#name).end();
    const listener: Listener = { _id, subscribe, timestamp, after };
    const document = { _id, subscribe, timestamp, after };
    const written = await documents.write({ collection: this.#collection, id: _id, document, expected: undefined });
    if (written.ok) return listener;
    throw new StephooksError("contended", "A listener could not be made. Try again.");
  }

  /** @throws StephooksError `not-found`. */
  async get(id: unknown): Promise<Listener> {
    return listenerOf((await this.#read(id)).document);
  }

  /** Removes it; what it was. @throws StephooksError `not-found`. */
  async remove(id: unknown): Promise<Listener> {
    for (;;) {
      const { document, id: _id, version } = await this.#read(id);
      if ((await this.#ports.documents.remove(this.#collection, _id, version)).ok) return listenerOf(document);
    }
  }

  async list(): Promise<Listener[]> {
    const listeners: Listener[] = [];
    for await (const page of this.#ports.documents.list({ collection: this.#collection })) {
      listeners.push(...page.map(({ document }) => listenerOf(document)));
    }
    return listeners;
  }

  async #read(id: unknown) {
    const known = typeof id === "string" && /^[0-9a-f]{32}$/.test(id) ? id : undefined;
    const stored =
      known === undefined ? undefined : (await this.#ports.documents.read(this.#collection, [known])).get(known);
    if (stored !== undefined) return stored;
    throw new StephooksError("not-found", "There is no such listener of this channel. Make one with createListener.");
  }
}

/** An object as JSON keeps it; an empty one for nothing. @throws StephooksError `invalid-argument`, `invalid-document`. */
export function objectOf(given: unknown, what: string): JsonObject {
  if (given === undefined || given === null) return {};
  if (isRecord(given)) return asJson(storable(given));
  throw new StephooksError("invalid-argument", `${what} is an object, such as { room: 7 }.`);
}

function listenerOf({ _id, after, subscribe, timestamp }: JsonObject): Listener {
  return {
    _id: textOf(_id),
    subscribe: isRecord(subscribe) ? subscribe : {},
    timestamp: textOf(timestamp),
    after: typeof after === "number" ? after : 0,
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
