import type { Clock, DocumentStore, Random, StoredDocument } from "@stephooks/core";
import { PortError } from "@stephooks/core";
import { StephooksError } from "../stephooks-error.ts";
import type { Document, Query } from "./document.ts";
import { asJson, documentId, expiryOf, storable } from "./document-write.ts";
import { loadQuery } from "./find-documents.ts";
import type { KeyedTurns } from "./keyed-turns.ts";
import { planQuery } from "./query-plan.ts";
import { assertSchema } from "./schema-check.ts";

/** What writing documents needs. */
export interface WriteAccess {
  readonly store: DocumentStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly turns: KeyedTurns;
  /** Refuses, by throwing, a document that is about to be written. */
  readonly check?: CheckDocument | undefined;
}

export type CheckDocument = (document: Document) => Promise<void>;

/** Makes the next document of the present one, or removes it. */
export interface DocumentEdit {
  /** Judged again on every version that is met. */
  readonly matches: (document: Document) => boolean;
  /** `undefined` removes the document. */
  readonly edit: (document: Document) => Document | undefined;
  /** True when the edit sets `_ttl`, even to what it was. */
  readonly renews: boolean;
}

/** Tries of one edit that others overtake, and the longest pause between two, milliseconds. */
const MAX_TRIES = 200;
const LONGEST_PAUSE = 250;

/** Writes the documents of one collection. Every change is one conditional write, repeated on the version it meets. */
export class CollectionWriter {
  readonly #collection: string;
  readonly #access: WriteAccess;

  constructor(collection: string, access: WriteAccess) {
    this.#collection = collection;
    this.#access = access;
  }

  /** @throws StephooksError `invalid-document`, `invalid-id`, `duplicate-id`, `schema-mismatch`, `document-too-large`. */
  async insert(given: unknown): Promise<Document> {
    const inserted = await this.tryInsert(storable(given));
    if (inserted.stored) return inserted.stored;
    throw new StephooksError("duplicate-id", `"${this.#collection}" has a document "${inserted.id}" already.`, {
      collection: this.#collection,
      id: inserted.id,
    });
  }

  /** Answers without `stored` when the id is taken. */
  async tryInsert(content: Document): Promise<{ readonly id: string; readonly stored?: Document }> {
    const { clock, store } = this.#access;
    const id = content["_id"] === undefined ? await store.newId(this.#collection) : documentId(content["_id"]);
    const document: Document = { ...content, _id: id };
    await this.#assertSchema(document);
    const expiresAt = expiryOf(document, clock.now());
    const result = await this.#write({ id, document, expiresAt, expected: undefined });
    return result.ok ? { id, stored: document } : { id };
  }

  /**
   * Edits the document of an id where it matches; undefined when it does not or is not there. Answers the document after
   * the edit, or the removed one.
   *
   * @throws StephooksError `contended` when others were faster every time, and as {@link insert}.
   */
  edit(id: string, edit: DocumentEdit): Promise<Document | undefined> {
    const { store, turns } = this.#access;
    const key = JSON.stringify([this.#collection, id]);
    return turns.take(key, async () => {
      let stored = (await store.read(this.#collection, [id])).get(id);
      for (let tries = 1; ; tries++) {
        if (!stored || !edit.matches(stored.document)) return undefined;
        const attempt = await this.#attempt(stored, edit);
        if ("done" in attempt) return attempt.done;
        stored = attempt.current;
        if (tries >= MAX_TRIES) throw contended(this.#collection, id);
        if (tries > 1) await this.#pause(tries);
      }
    });
  }

  async #attempt(
    stored: StoredDocument,
    { edit, renews }: DocumentEdit,
  ): Promise<{ readonly done: Document } | { readonly current: StoredDocument | undefined }> {
    const { clock, store } = this.#access;
    const { id, version } = stored;
    const next = edit(stored.document);
    if (next === undefined) {
      const removed = await store.remove(this.#collection, id, version);
      return removed.ok ? { done: stored.document } : { current: removed.current };
    }
    const document = { ...next, _id: id };
    await this.#assertSchema(document);
    const expiresAt = expiryOf(document, clock.now(), { stored, renews });
    const result = await this.#write({ id, document, expiresAt, expected: version });
    return result.ok ? { done: document } : { current: result.current };
  }

  async #write(write: {
    readonly id: string;
    readonly document: Document;
    readonly expiresAt: number | undefined;
    readonly expected: string | undefined;
  }) {
    const { document, expected, expiresAt, id } = write;
    try {
      return await this.#access.store.write({
        collection: this.#collection,
        id,
        document: asJson(document),
        expected,
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
    } catch (error) {
      if (!(error instanceof PortError) || error.code !== "too-large") throw error;
      throw new StephooksError(
        "document-too-large",
        `The document "${id}" exceeds 400 KB. Keep large content in files and its name in the document.`,
        { collection: this.#collection, id },
        { cause: error },
      );
    }
  }

  async #assertSchema(document: Document): Promise<void> {
    const { check, store } = this.#access;
    await check?.(document);
    const { schema } = await store.definition(this.#collection);
    if (schema) await assertSchema(this.#collection, schema, document);
  }

  /** Waits a random part of a growing time, so that those who compete do not meet again. */
  #pause(tries: number): Promise<void> {
    const { clock, random } = this.#access;
    const [chance = 0] = random.bytes(1);
    const milliseconds = Math.min(LONGEST_PAUSE, 2 ** Math.min(tries, 8)) * (chance / 255);
    return new Promise((resolve) => clock.timer(milliseconds, resolve));
  }
}

/** What an upsert begins with: the query's equal fields. @throws QueryError `invalid-path`. */
export async function upsertBase(filter: Query): Promise<Document> {
  const { compileUpdate } = await loadQuery();
  const equal = Object.entries(filter).flatMap(([path, condition]) => {
    const plan = path.startsWith("$") ? undefined : planQuery({ [path]: condition }, [path]);
    if (plan?.kind === "ids" && plan.ids.length === 1) return [[path, plan.ids[0]] as const];
    if (plan?.kind === "field" && plan.ranges.length === 1 && plan.ranges[0]?.from === plan.ranges[0]?.to) {
      return [[path, plan.ranges[0]?.from] as const];
    }
    return [];
  });
  const { _id, ...fields } = Object.fromEntries(equal);
  return { ...(_id === undefined ? {} : { _id }), ...compileUpdate({ $set: fields })({}) };
}

function contended(collection: string, id: string): StephooksError {
  return new StephooksError(
    "contended",
    `The document "${id}" was changed by others ${MAX_TRIES} times in a row. Try again, or write it less often.`,
    { collection, id },
  );
}
