import { isRecord, type JsonObject } from "@stephooks/core";
import type { JobItem } from "../jobs/index.ts";
import { StephooksError } from "../stephooks-error.ts";
import { CollectionWriter, type DocumentEdit, upsertBase, type WriteAccess } from "./collection-writer.ts";
import type { Document, FindOptions, Query, UpdateOptions } from "./document.ts";
import type { DocumentSource } from "./document-source.ts";
import { storable } from "./document-write.ts";
import {
  explainFind,
  findDocuments,
  findItems,
  type FindPlan,
  loadQuery,
  matching,
  planFor,
} from "./find-documents.ts";
import { findRequest } from "./find-request.ts";
import { checkFor } from "./schema-check.ts";
import { isOlderForm } from "./older-form.ts";

/** One collection as the methods of a connection use it. */
export interface CollectionAccess extends WriteAccess {
  readonly collection: string;
  readonly source: DocumentSource;
  /** False for the instances of workflows. */
  readonly writable: boolean;
  /** Whether a dot in the names of `$set`, `$inc` and `$unset` is a dot, as with codehooks. */
  readonly literalNames: boolean;
}

/** Documents that are changed at the same time by one call. */
const AT_ONCE = 16;

/** The operations on one collection. Every one rejects with coded errors. */
export class CollectionOperations {
  readonly #access: CollectionAccess;

  constructor(access: CollectionAccess) {
    this.#access = access;
  }

  async insert(given: unknown): Promise<Document | readonly Document[]> {
    const writer = this.#writer();
    if (!Array.isArray(given)) return writer.insert(given);
    const stored: Document[] = [];
    for (const document of given) stored.push(await writer.insert(document));
    return stored;
  }

  async findOneOrNull(selector: unknown): Promise<Document | null> {
    const { source } = this.#access;
    const filter = selectorFilter(selector);
    for await (const document of findDocuments({ filter, limit: 1, offset: 0, count: false }, source)) return document;
    return null;
  }

  async findOne(selector: unknown): Promise<Document> {
    return (await this.findOneOrNull(selector)) ?? notFound(this.#access.collection, selector);
  }

  find(query: unknown, options: unknown): AsyncIterable<Document> {
    return findDocuments(findRequest(query, options), this.#access.source);
  }

  /** What `find` gives, as items of jobs. */
  findItems(query: unknown, options: unknown): AsyncIterable<JobItem> {
    return findItems(findRequest(query, options), this.#access.source);
  }

  explain(query: unknown, options?: FindOptions): Promise<FindPlan> {
    return explainFind(findRequest(query, options), this.#access.source);
  }

  async count(query: unknown): Promise<{ count: number }> {
    let count = 0;
    for await (const found of findDocuments({ ...findRequest(query, {}), count: true }, this.#access.source)) {
      count = Number(found["count"]);
    }
    return { count };
  }

  async updateOne(selector: unknown, update: unknown, options: UpdateOptions = {}): Promise<Document> {
    const { hasOperators } = await loadQuery();
    const given = updateOf(update);
    const filter = selectorFilter(selector);
    const updated = await this.#updater(given);
    const edit = await this.#edit(filter, updated, touchesTtl(given));
    return this.#changeOne(selector, edit, options.upsert === true, async () => {
      const base = await upsertBase(filter);
      return updated(hasOperators(given) ? base : { ...base, _id: base["_id"] ?? given["_id"] });
    });
  }

  async replaceOne(selector: unknown, given: unknown, options: UpdateOptions = {}): Promise<Document> {
    const { hasOperators } = await loadQuery();
    const document = storable(given);
    // The vendor's own server applies operators here, too.
    if (hasOperators(document)) return this.updateOne(selector, document, options);
    const filter = selectorFilter(selector);
    const edit = await this.#edit(filter, replacing(document), true);
    return this.#changeOne(selector, edit, options.upsert === true, async () => {
      const { _id } = await upsertBase(filter);
      return _id === undefined ? document : { ...document, _id };
    });
  }

  async removeOne(selector: unknown): Promise<{ _id: string }> {
    const edit = await this.#edit(selectorFilter(selector), () => undefined, false);
    const { _id } = await this.#changeOne(selector, edit, false, async () => ({}));
    return { _id: String(_id) };
  }

  async updateMany(query: unknown, update: unknown, options?: unknown): Promise<{ count: number }> {
    const [filter, given] = manyArguments(query, update, options);
    const document = updateOf(given);
    return this.#changeMany(filter, await this.#updater(document), touchesTtl(document));
  }

  async replaceMany(query: unknown, given: unknown, options?: unknown): Promise<{ count: number }> {
    const [filter, document] = manyArguments(query, given, options);
    return this.#changeMany(filter, replacing(storable(document)), true);
  }

  async removeMany(query: unknown): Promise<{ count: number }> {
    return this.#changeMany(manyFilter(query), () => undefined, false);
  }

  async setSchema(schema: unknown): Promise<void> {
    const { collection, store } = this.#access;
    this.#writer();
    const given: JsonObject | null = schema === null ? null : storable(schema);
    if (given) await checkFor(collection, given);
    await store.define(collection, { schema: given });
  }

  async schema(): Promise<JsonObject | null> {
    return (await this.#access.source.definition()).schema ?? null;
  }

  async addFields(fields: unknown): Promise<void> {
    this.#writer();
    await this.#access.store.define(this.#access.collection, { addFields: fieldNames(fields) });
  }

  async removeFields(fields: unknown): Promise<void> {
    this.#writer();
    await this.#access.store.define(this.#access.collection, { removeFields: fieldNames(fields) });
  }

  /** @throws StephooksError `workflow-document`. */
  #writer(): CollectionWriter {
    const { collection, writable } = this.#access;
    if (writable) return new CollectionWriter(collection, this.#access);
    throw new StephooksError(
      "workflow-document",
      `"${collection}" holds workflow instances: change them with updateState or setState of their workflow, and let retention remove them.`,
      { collection },
    );
  }

  async #updater(update: Query): Promise<(document: Document) => Document> {
    const { compileUpdate } = await loadQuery();
    return compileUpdate(update, { literalNames: this.#access.literalNames });
  }

  async #edit(filter: Query, edit: DocumentEdit["edit"], renews: boolean): Promise<DocumentEdit> {
    const { compileFilter } = await loadQuery();
    return { matches: compileFilter(filter), edit, renews };
  }

  /** Edits the first match; others may take it away in between, so the search goes on and starts over after an upsert. */
  async #changeOne(
    selector: unknown,
    edit: DocumentEdit,
    upsert: boolean,
    fresh: () => Promise<Document>,
  ): Promise<Document> {
    const writer = this.#writer();
    for (let tries = 0; tries < AT_ONCE; tries++) {
      for await (const id of this.#candidates(selectorFilter(selector))) {
        const changed = await writer.edit(id, edit);
        if (changed) return changed;
      }
      if (!upsert) return notFound(this.#access.collection, selector);
      const { id, stored } = await writer.tryInsert(await fresh());
      if (stored) return stored;
      // The id is taken: by a document that matches now, or by one that never will.
      const present = await this.findOneOrNull({ $and: [{ _id: id }, selectorFilter(selector)] });
      if (!present) throw duplicate(this.#access.collection, id);
    }
    throw duplicate(this.#access.collection, "");
  }

  /** Ids of the documents that may match. An id that is given is not read here: the edit reads it. */
  async *#candidates(filter: Query): AsyncGenerator<string> {
    const { source } = this.#access;
    const plan = await planFor(filter, source);
    if (plan.kind === "ids") yield* plan.ids;
    else for await (const { _id } of matching(filter, plan, source)) yield String(_id);
  }

  async #changeMany(filter: Query, change: DocumentEdit["edit"], renews: boolean): Promise<{ count: number }> {
    const writer = this.#writer();
    const edit = await this.#edit(filter, change, renews);
    // A change may move a document to where the listing still has to come by.
    const seen = new Set<string>();
    let count = 0;
    let batch: string[] = [];
    const flush = async (): Promise<void> => {
      const changed = await Promise.all(batch.map((id) => writer.edit(id, edit)));
      count += changed.filter((document) => document !== undefined).length;
      batch = [];
    };
    for await (const id of this.#candidates(filter)) {
      if (seen.has(id)) continue;
      seen.add(id);
      batch.push(id);
      if (batch.length === AT_ONCE) await flush();
    }
    await flush();
    return { count };
  }
}

/** A text is an id, an object a query. @throws StephooksError `invalid-argument`: nothing given is not everything. */
function selectorFilter(selector: unknown): Query {
  if (typeof selector === "string") return { _id: selector };
  if (isRecord(selector)) return selector;
  throw new StephooksError("invalid-argument", "Give the _id of a document, or a query such as { email: 'a@b.c' }.");
}

/** Also the older form `updateMany(collection, update, { filter })`. */
function manyArguments(query: unknown, update: unknown, options: unknown): readonly [Query, unknown] {
  if (options === undefined && isOlderForm(update)) return [update.filter, query];
  return [manyFilter(query), update];
}

/** Also the older form `{ filter }`. Everything is `{}`, never nothing. @throws StephooksError `invalid-argument`. */
function manyFilter(query: unknown): Query {
  if (!isRecord(query)) {
    throw new StephooksError("invalid-argument", "Give a query: { status: 'done' }, or {} for every document.");
  }
  return isOlderForm(query) ? query.filter : query;
}

function updateOf(update: unknown): Query {
  if (isRecord(update)) return update;
  throw new StephooksError("invalid-argument", "An update is an object, such as { $set: { status: 'done' } }.");
}

function replacing({ _id: _ignored, ...document }: Document): DocumentEdit["edit"] {
  return ({ _id }) => ({ _id, ...document });
}

function touchesTtl(update: Query): boolean {
  const { $set } = update;
  return Object.hasOwn(update, "_ttl") || (isRecord($set) && Object.hasOwn($set, "_ttl"));
}

/** Names of fields: a text, a list of them, or `{ field: 1 }`. */
function fieldNames(fields: unknown): readonly string[] {
  const names = typeof fields === "string" ? [fields] : isRecord(fields) ? Object.keys(fields) : fields;
  const isName = (name: unknown): boolean =>
    typeof name === "string" && /^[^.$\0][^.\0]*(\.[^.$\0][^.\0]*)*$/.test(name) && name.length <= 200;
  if (Array.isArray(names) && names.length > 0 && names.every(isName)) return names.map(String);
  throw new StephooksError("invalid-argument", 'Fields are names such as ["status", "customer.id"].');
}

function notFound(collection: string, selector: unknown): never {
  const what =
    typeof selector === "string" ? `has no document "${selector.slice(0, 100)}"` : "has no document that matches";
  throw new StephooksError("not-found", `Not found: "${collection}" ${what}.`, { collection });
}

function duplicate(collection: string, id: string): StephooksError {
  return new StephooksError("duplicate-id", `"${collection}" has a document "${id}" already.`, { collection, id });
}
