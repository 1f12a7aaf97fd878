import {
  assertCollection,
  assertDocumentId,
  type Clock,
  type CollectionDefinition,
  type DefinitionChange,
  type DocumentListing,
  type DocumentRange,
  type DocumentStore,
  type FieldValue,
  fieldValues,
  isRecord,
  MAX_FIELDS,
  orderedIds,
  PortError,
  type Random,
  randomHex,
  type StoredDocument,
} from "@stephooks/core";

export interface MemoryDocumentStoreOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Documents of a page. */
  readonly pageSize?: number;
}

/** Documents in memory, with a look at what is stored that does not go through the port. */
export interface MemoryDocumentStore extends DocumentStore {
  /** Of a collection, by `_id`. */
  documents(collection: string): readonly StoredDocument[];
}

/** Most ids of one read. */
const MAX_IDS = 100;

interface Collection {
  readonly stored: Map<string, StoredDocument>;
  definition: CollectionDefinition;
}

/** Documents are copied on every way in and out, as a wire would: nobody shares an object with the store. */
export function memoryDocumentStore(options: MemoryDocumentStoreOptions): MemoryDocumentStore {
  const { clock, pageSize = 100, random } = options;
  const collections = new Map<string, Collection>();
  const nextId = orderedIds(clock, random);
  const at = (name: string): Collection => {
    assertCollection(name);
    const collection = collections.get(name) ?? { stored: new Map(), definition: { fields: [] } };
    collections.set(name, collection);
    return collection;
  };
  const live = (name: string, id: string): StoredDocument | undefined => {
    const found = at(name).stored.get(id);
    return found && !isOver(found, clock.now()) ? found : undefined;
  };
  const documents = (name: string): readonly StoredDocument[] =>
    [...at(name).stored.values()]
      .filter((document) => !isOver(document, clock.now()))
      .toSorted((a, b) => byCodePoints(a.id, b.id));
  return {
    documents,
    newId: async () => nextId(),
    read: async (name, ids) => {
      assertCount(ids.length);
      for (const id of ids) assertDocumentId(id);
      return new Map(ids.flatMap((id) => entryOf(live(name, id))));
    },
    write: async ({ collection, document, expected, expiresAt, id }) => {
      assertDocumentId(id);
      const current = live(collection, id);
      if (current?.version !== expected) return { ok: false, current: current && copied(current) };
      const stored = copied({
        id,
        version: randomHex(random, 8),
        document,
        ...(expiresAt === undefined ? {} : { expiresAt }),
      });
      at(collection).stored.set(id, stored);
      return { ok: true, stored: copied(stored) };
    },
    remove: async (collection, id, expected) => {
      const current = live(collection, id);
      if (current?.version !== expected) return { ok: false, current: current && copied(current) };
      at(collection).stored.delete(id);
      return { ok: true };
    },
    list: async function* (listing) {
      const found = selected(listing, documents(listing.collection), at(listing.collection).definition);
      for (let start = 0; start < found.length; start += pageSize) {
        yield found.slice(start, start + pageSize).map(copied);
      }
    },
    definition: async (name) => structuredClone(at(name).definition),
    define: async (name, change) => {
      const collection = at(name);
      collection.definition = structuredClone(changed(collection.definition, change));
      return structuredClone(collection.definition);
    },
  };
}

function changed(
  present: CollectionDefinition,
  { addFields = [], removeFields = [], schema }: DefinitionChange,
): CollectionDefinition {
  const fields = [...new Set([...present.fields.filter((field) => !removeFields.includes(field)), ...addFields])];
  if (fields.length > MAX_FIELDS) throw tooManyFields(fields.length);
  const kept = schema === undefined ? present.schema : (schema ?? undefined);
  return { fields, ...(kept === undefined ? {} : { schema: kept }) };
}

function selected(
  { field, ids, reverse }: DocumentListing,
  documents: readonly StoredDocument[],
  { fields }: CollectionDefinition,
): readonly StoredDocument[] {
  if (field && !fields.includes(field.name)) throw undeclared(field.name);
  const found = documents.filter(({ document, id }) => {
    if (ids && !isWithin(id, ids, byCodePoints)) return false;
    return field === undefined || mayHold(fieldValues(document, field.name), field);
  });
  return reverse ? found.toReversed() : found;
}

function mayHold(values: ReturnType<typeof fieldValues>, range: DocumentRange<FieldValue>): boolean {
  if (!isRecord(values)) return values === "several";
  return [range.from, range.to].every((end) => end === undefined || typeof end === typeof values.one)
    ? isWithin(values.one, range, compare)
    : false;
}

function compare(a: FieldValue, b: FieldValue): number {
  if (typeof a === "string" && typeof b === "string") return byCodePoints(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function isWithin<Value>(value: Value, range: DocumentRange<Value>, order: (a: Value, b: Value) => number): boolean {
  if (range.from !== undefined && order(value, range.from) < 0) return false;
  return range.to === undefined || order(value, range.to) <= 0;
}

/** As UTF-8 bytes order, and not as UTF-16 does. */
function byCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function isOver({ expiresAt }: StoredDocument, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now;
}

function entryOf(stored: StoredDocument | undefined): readonly (readonly [string, StoredDocument])[] {
  return stored ? [[stored.id, copied(stored)]] : [];
}

function copied(stored: StoredDocument): StoredDocument {
  return { ...stored, document: JSON.parse(JSON.stringify(stored.document)) };
}

function assertCount(count: number): void {
  if (count <= MAX_IDS) return;
  throw new PortError("invalid", `${count} documents cannot be read at once. Ask for at most ${MAX_IDS}.`, { count });
}

function tooManyFields(count: number): PortError {
  return new PortError("invalid", `${count} declared fields are refused: a collection has at most ${MAX_FIELDS}.`, {
    count,
  });
}

function undeclared(field: string): PortError {
  return new PortError("invalid", `The field "${field}" is not declared: list without it.`, { field });
}
