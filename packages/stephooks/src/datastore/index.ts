export { type AggregateField, type AggregateGroup, type AggregateSpec, aggregation } from "./aggregation.ts";
export type { Collection, Connection, Documents, Queues, Selector } from "./connection.ts";
export { type DataStream } from "./data-stream.ts";
export { Datastore, type DatastoreFactory } from "./datastore.ts";
export type { Document, FindOptions, Query, UpdateOptions } from "./document.ts";
export type { FindPlan } from "./find-documents.ts";
export type { KeyValues } from "./key-value-methods.ts";
export type { KeyOptions, ListOptions, StoreOptions } from "./key-values.ts";
export { KeyedTurns } from "./keyed-turns.ts";
