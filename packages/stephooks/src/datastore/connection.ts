import type { JsonObject } from "@stephooks/core";
import type { ScheduledJob } from "../crons/index.ts";
import type { EnqueuedJob, EnqueuedJobs } from "../jobs/index.ts";
import type { DataStream } from "./data-stream.ts";
import type { Document, FindOptions, Query, UpdateOptions } from "./document.ts";
import type { KeyValues } from "./key-value-methods.ts";
import type { FindPlan } from "./find-documents.ts";

/** A document's `_id`, or a query. */
export type Selector = string | Query;

/** A document that may lack its `_id`, or several. */
export type Insertable = object;

/**
 * Documents in collections. A collection exists once something is in it. Every method rejects with coded errors:
 * `not-found`, `duplicate-id`, `invalid-document`, `invalid-argument`, `schema-mismatch`, `contended`; those of a query
 * (`unknown-operator` …), and those of the database (`throttled`, `unavailable`).
 */
export interface Documents {
  /** Stores a document, or each of several, and answers it with its `_id`; generated ids grow with time. */
  insertOne<Given extends Insertable>(
    collection: string,
    document: Given,
  ): Promise<Given extends readonly unknown[] ? Document[] : Document>;
  /** The same as {@link insertOne}. */
  insertMany<Given extends Insertable>(
    collection: string,
    document: Given,
  ): Promise<Given extends readonly unknown[] ? Document[] : Document>;
  /** The document. @throws StephooksError `not-found`. */
  getOne(collection: string, selector: Selector): Promise<Document>;
  /** The same as {@link getOne}. */
  findOne(collection: string, selector: Selector): Promise<Document>;
  findOneOrNull(collection: string, selector: Selector): Promise<Document | null>;
  /** Every match, as a stream that starts when it is read. */
  getMany(collection: string, query?: Query, options?: FindOptions): DataStream;
  /** The same as {@link getMany}. */
  find(collection: string, query?: Query, options?: FindOptions): DataStream;
  /** The same as {@link getMany}. */
  getRange(collection: string, query?: Query, options?: FindOptions): DataStream;
  /** Every match at once. */
  findAsArray(collection: string, query?: Query, options?: FindOptions): Promise<Document[]>;
  /** The same as {@link findAsArray}. */
  getArray(collection: string, query?: Query, options?: FindOptions): Promise<Document[]>;
  /**
   * Changes one match in one atomic step and answers it: operators, or a plain object that is merged. Repeated on the
   * newest version when others write at the same time, so nothing is lost.
   *
   * @throws StephooksError `not-found` unless `upsert`.
   */
  updateOne(collection: string, selector: Selector, update: Query, options?: UpdateOptions): Promise<Document>;
  /** Changes every match, one atomic step each. `{}` is every document. */
  updateMany(collection: string, query: Query, update: Query, options?: object): Promise<{ count: number }>;
  /** Replaces one match; its `_id` stays. @throws StephooksError `not-found` unless `upsert`. */
  replaceOne(collection: string, selector: Selector, document: object, options?: UpdateOptions): Promise<Document>;
  replaceMany(collection: string, query: Query, document: object, options?: object): Promise<{ count: number }>;
  /** When it rejects with `unavailable` it may have removed the document. @throws StephooksError `not-found`. */
  removeOne(collection: string, selector: Selector): Promise<{ _id: string }>;
  /** Removes every match. `{}` is every document. */
  removeMany(collection: string, query: Query, options?: object): Promise<{ count: number }>;
  /** Counts what matches by reading it; all documents without a query. */
  count(collection: string, query?: Query): Promise<{ count: number }>;
  /** How a find is answered: by ids, a range of ids, a declared field, or by reading everything. */
  explain(collection: string, query?: Query, options?: FindOptions): Promise<FindPlan>;
  /** Declares a JSON Schema for what is written from now on. @throws StephooksError `invalid-schema`. */
  createCollection(collection: string, options?: { readonly schema?: object }): Promise<{ collection: string }>;
  createSchema(collection: string, schema: object): Promise<{ collection: string }>;
  /** The same as {@link createSchema}. */
  setSchema(collection: string, schema: object): Promise<{ collection: string }>;
  getSchema(collection: string): Promise<JsonObject | null>;
  removeSchema(collection: string): Promise<{ collection: string }>;
  /** Declares fields that equality and ranges are found by without reading everything; five of a collection at most. */
  createIndex(collection: string, fields: string | readonly string[]): Promise<{ collection: string }>;
  removeIndex(collection: string, fields: string | readonly string[]): Promise<{ collection: string }>;
}

/** Background work, done by the functions of `app.worker`. */
export interface Queues {
  /** As `schedule.runAt`. */
  runAt(date: Date | string | number, payload: unknown, topic: string): Promise<ScheduledJob>;
  /**
   * Puts one job into the queue of a topic and answers once the queue holds it. The payload is kept as JSON: at most
   * about 1 MB. `options` are accepted and not used, as with codehooks.
   *
   * @throws StephooksError `unknown-topic`, `topic-has-source`, `invalid-payload`, `payload-too-large`, `no-job-queue`.
   */
  enqueue(topic: string, payload: unknown, options?: object): Promise<EnqueuedJob>;
  /**
   * Enqueues one job for each document that matches, a page at a time: the payload is the document, as projected, and
   * `req.body._id` its id. What was enqueued before a failure stays enqueued. @throws as {@link enqueue}, and QueryError.
   */
  enqueueFromQuery(collection: string, query: Query, topic: string, options?: FindOptions): Promise<EnqueuedJobs>;
}

type Bound<Method> = Method extends (collection: string, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never;

/** The same methods for one collection. */
export type Collection = { readonly [Name in keyof Documents]: Bound<Documents[Name]> };

/** What `Datastore.open()` gives. */
export interface Connection extends Documents, KeyValues, Queues {
  collection(name: string): Collection;
}
