import { isCodedError } from "@stephooks/core";
import { assertFunctions, HttpError } from "../http/index.ts";
import { StephooksError } from "../stephooks-error.ts";

/** Gets a document, an update or an `_id`, and may change what it gets. A returned promise is awaited. */
// oxlint-disable-next-line typescript/no-explicit-any -- the user's own data, which nobody has typed
export type CrudHook = (data: any) => unknown;

/** What changes documents. */
export type CrudVerb = "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Functions around the changes that the routes of `crudlify` make, one for each collection and event; a later one
 * replaces it. What a `before` function throws refuses the request with 400, and a text is sent to the client.
 */
export class EventHooks {
  /** By `"<collection> <event>"`, such as `"notes afterPUT"`. */
  readonly listeners: Record<string, CrudHook | undefined> = Object.create(null);

  /** Gets each document to insert, after validation. */
  beforePOST(collection: string, hook: CrudHook): this {
    return this.#on(collection, "beforePOST", hook);
  }

  /** Gets each document that was inserted. */
  afterPOST(collection: string, hook: CrudHook): this {
    return this.#on(collection, "afterPOST", hook);
  }

  /** Gets the document that will stand there, after validation. */
  beforePUT(collection: string, hook: CrudHook): this {
    return this.#on(collection, "beforePUT", hook);
  }

  /** Gets the document that stands there now. */
  afterPUT(collection: string, hook: CrudHook): this {
    return this.#on(collection, "afterPUT", hook);
  }

  /** Gets the update, before what it makes is validated. */
  beforePATCH(collection: string, hook: CrudHook): this {
    return this.#on(collection, "beforePATCH", hook);
  }

  /** Gets the changed document; `{ count }` after a change by query. */
  afterPATCH(collection: string, hook: CrudHook): this {
    return this.#on(collection, "afterPATCH", hook);
  }

  /** Gets the `_id`. */
  beforeDELETE(collection: string, hook: CrudHook): this {
    return this.#on(collection, "beforeDELETE", hook);
  }

  /** Gets `{ _id }`. */
  afterDELETE(collection: string, hook: CrudHook): this {
    return this.#on(collection, "afterDELETE", hook);
  }

  /** Whether a function waits for deletions of this collection. */
  hasDelete(collection: string): boolean {
    return [`${collection} beforeDELETE`, `${collection} afterDELETE`].some((name) => this.listeners[name]);
  }

  /** @throws StephooksError `hook-refused`, `hook-failed`, and what the hook throws if that has a code. */
  async fireBefore(collection: string, verb: CrudVerb, data: unknown): Promise<void> {
    try {
      await this.listeners[`${collection} before${verb}`]?.(data);
    } catch (error) {
      throw refusal(error, `before${verb} of "${collection}"`);
    }
  }

  /** @throws What the hook throws: the change is made by then. */
  async fireAfter(collection: string, verb: CrudVerb, data: unknown): Promise<void> {
    await this.listeners[`${collection} after${verb}`]?.(data);
  }

  #on(collection: string, event: string, hook: CrudHook): this {
    assertFunctions(`${event} of "${collection}"`, [hook]);
    this.listeners[`${collection} ${event}`] = hook;
    return this;
  }
}

/** A text was written for the client, the message of an error by whoever threw it. */
function refusal(error: unknown, hook: string): unknown {
  if (isCodedError(error) || error instanceof HttpError) return error;
  if (!(error instanceof Error)) {
    const text = typeof error === "string" ? error : (JSON.stringify(error) ?? String(error));
    return new StephooksError("hook-refused", text);
  }
  return new StephooksError("hook-failed", `${hook} threw: ${error.message}`, {}, { cause: error });
}
