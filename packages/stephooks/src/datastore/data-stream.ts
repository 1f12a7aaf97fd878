import { isCodedError, type Logger } from "@stephooks/core";
import { counted } from "../host/invocation-scope.ts";
import { failureRecord, stackOf } from "../jobs/attempts.ts";
import type { Document } from "./document.ts";

/** The part of a response that a stream writes to. */
export interface StreamTarget {
  readonly writableEnded?: boolean;
  status?(code: number): unknown;
  set?(name: string, value: string): unknown;
  write?(chunk: string): unknown;
  end(value?: unknown): unknown;
}

/** What a stream can still be told before it starts. */
export interface StreamSettings {
  readonly sort?: Readonly<Record<string, 1 | -1>>;
  readonly limit?: number;
  readonly offset?: number;
  readonly fields?: Readonly<Record<string, 0 | 1 | boolean>>;
}

/** What a stream reads from, once its settings are known. */
export type StreamSource = (settings: StreamSettings) => AsyncIterable<Document>;

type Listener = (value?: unknown) => unknown;
type StreamEvent = "data" | "end" | "error";

/**
 * What `getMany` finds. Nothing is read before somebody asks for it; documents come a page at a time, so a long result
 * is never held whole by `forEach`, `on("data")` or a `for await` loop. `sort`, `limit`, `offset` and `project` may be
 * chained before that.
 */
export class DataStream implements AsyncIterable<Document> {
  readonly #source: StreamSource;
  readonly #logger: () => Logger;
  readonly #errorStatus: (error: unknown) => number;
  readonly #listeners: { readonly event: StreamEvent; readonly listener: Listener }[] = [];
  #settings: StreamSettings = {};
  #flows = false;
  #isOver = false;
  #paused: PromiseWithResolvers<void> | undefined;

  constructor(source: StreamSource, tools: { logger: () => Logger; errorStatus: (error: unknown) => number }) {
    this.#source = source;
    this.#logger = tools.logger;
    this.#errorStatus = tools.errorStatus;
  }

  sort(sort: Readonly<Record<string, 1 | -1>>): this {
    return this.#with({ sort });
  }

  limit(limit: number): this {
    return this.#with({ limit });
  }

  offset(offset: number): this {
    return this.#with({ offset });
  }

  /** The same as {@link offset}. */
  skip(offset: number): this {
    return this.#with({ offset });
  }

  /** Fields to show (1) or to hide (0). */
  project(fields: Readonly<Record<string, 0 | 1 | boolean>>): this {
    return this.#with({ fields });
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Document> {
    for await (const document of this.#source(this.#settings)) {
      await this.#paused?.promise;
      if (this.#isOver) return;
      yield document;
    }
  }

  toArray(): Promise<Document[]> {
    return counted(async () => {
      const all: Document[] = [];
      for await (const document of this) all.push(document);
      return all;
    });
  }

  /** Calls `act` for one document after another, each after the one before has settled. */
  forEach(act: (document: Document) => unknown): Promise<void> {
    return counted(async () => {
      for await (const document of this) await act(document);
    });
  }

  /** Listens; the first listener starts the stream. Without a listener for `error` a failure is logged. */
  on(event: "data", listener: (document: Document) => unknown): this;
  on(event: "end", listener: () => unknown): this;
  on(event: "error", listener: (error: unknown) => unknown): this;
  on(event: StreamEvent, listener: (value: never) => unknown): this {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the overloads above say what each event gives
    this.#listeners.push({ event, listener: listener as Listener });
    if (!this.#flows) {
      this.#flows = true;
      void counted(() => this.#flow());
    }
    return this;
  }

  pause(): this {
    this.#paused ??= Promise.withResolvers();
    return this;
  }

  resume(): this {
    this.#paused?.resolve();
    this.#paused = undefined;
    return this;
  }

  /** Ends the stream early; `end` is still told. */
  end(): this {
    this.#isOver = true;
    return this.resume();
  }

  /** The same as {@link end}. */
  cancel(): this {
    return this.end();
  }

  /** Answers the documents as a JSON array and ends the response. Never rejects: a failure is the response. */
  json(target: StreamTarget): Promise<void> {
    return counted(async () => {
      try {
        const texts: string[] = [];
        for await (const document of this) texts.push(JSON.stringify(document));
        target.set?.("content-type", "application/json");
        target.end(texts.length === 0 ? "[]" : `[\n${texts.join(",\n")}\n]`);
      } catch (error) {
        this.#logFailure(error);
        if (target.writableEnded === true) return;
        target.status?.(this.#errorStatus(error));
        target.set?.("content-type", "application/json");
        target.end(JSON.stringify({ error: { code: isCodedError(error) ? error.code : "unhandled-error" } }));
      }
    });
  }

  /** The same as {@link json}. */
  pipe<Target extends StreamTarget>(target: Target): Target {
    void this.json(target);
    return target;
  }

  async #flow(): Promise<void> {
    // Whoever starts the stream by its first listener adds the others before it runs.
    await Promise.resolve();
    try {
      for await (const document of this) await this.#tell("data", document);
      await this.#tell("end");
    } catch (error) {
      if (!this.#listeners.some(({ event }) => event === "error")) this.#logFailure(error);
      else await Promise.resolve(this.#tell("error", error)).catch((failure: unknown) => this.#logFailure(failure));
    }
  }

  async #tell(event: StreamEvent, value?: unknown): Promise<void> {
    for (const entry of this.#listeners) if (entry.event === event) await entry.listener(value);
  }

  #logFailure(error: unknown): void {
    this.#logger().log("error", "a stream of documents failed", { ...failureRecord(error), stack: stackOf(error) });
  }

  #with(settings: StreamSettings): this {
    this.#settings = { ...this.#settings, ...settings };
    return this;
  }
}
