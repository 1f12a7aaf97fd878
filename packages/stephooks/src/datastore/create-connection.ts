import { assertCollection, PortError } from "@stephooks/core";
import { counted } from "../host/invocation-scope.ts";
import { errorStatus } from "../http/index.ts";
import type { Runtime } from "../runtime.ts";
import { StephooksError } from "../stephooks-error.ts";
import { CollectionOperations } from "./collection-operations.ts";
import type { CheckDocument } from "./collection-writer.ts";
import type { Collection, Connection, Documents, Queues } from "./connection.ts";
import { DataStream } from "./data-stream.ts";
import { keyValueMethods } from "./key-value-methods.ts";
import { runAt } from "../crons/index.ts";
import { assertFree } from "./reserved-names.ts";
import { storedSource } from "./document-source.ts";
import { workflowSource } from "./workflow-source.ts";

/** A connection to the data of the app that `runtime` names at each call. */
export function createConnection(runtime: () => Runtime): Connection {
  const documents = documentsOf(runtime);
  return {
    ...documents,
    ...keyValueMethods(runtime),
    ...queueMethods(runtime),
    collection: (name) => boundTo(documents, name),
  };
}

function queueMethods(runtime: () => Runtime): Queues {
  return {
    runAt: (date, payload, topic) => counted(() => runAt(date, payload, topic, runtime())),
    enqueue: (topic, payload) => counted(() => runtime().jobs.enqueue(topic, payload)),
    enqueueFromQuery: (collection, query, topic, options) =>
      counted(async () => {
        const { jobs } = runtime();
        return jobs.enqueueAll(topic, collectionOperations(collection, runtime()).findItems(query, options));
      }),
  };
}

function documentsOf(runtime: () => Runtime): Documents {
  const on = (collection: string): CollectionOperations => collectionOperations(collection, runtime());
  const stream = (collection: string, query?: unknown, options?: object): DataStream =>
    new DataStream(
      ({ fields, ...settings }) =>
        on(collection).find(query, { ...options, ...settings, ...(fields === undefined ? {} : { fields }) }),
      { logger: () => runtime().ports.logger, errorStatus },
    );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a list is answered with a list
  const insert = ((collection, given) => counted(() => on(collection).insert(given))) as Documents["insertOne"];
  const getOne: Documents["getOne"] = (collection, selector) => counted(() => on(collection).findOne(selector));
  const array: Documents["getArray"] = (collection, query, options) => stream(collection, query, options).toArray();
  const schema: Documents["setSchema"] = (collection, given) =>
    counted(async () => (await on(collection).setSchema(given), { collection }));
  return {
    insertOne: insert,
    insertMany: insert,
    getOne,
    findOne: getOne,
    findOneOrNull: (collection, selector) => counted(() => on(collection).findOneOrNull(selector)),
    getMany: stream,
    find: stream,
    getRange: stream,
    findAsArray: array,
    getArray: array,
    updateOne: (collection, selector, update, options) =>
      counted(() => on(collection).updateOne(selector, update, options)),
    updateMany: (collection, query, update, options) =>
      counted(() => on(collection).updateMany(query, update, options)),
    replaceOne: (collection, selector, document, options) =>
      counted(() => on(collection).replaceOne(selector, document, options)),
    replaceMany: (collection, query, document, options) =>
      counted(() => on(collection).replaceMany(query, document, options)),
    removeOne: (collection, selector) => counted(() => on(collection).removeOne(selector)),
    removeMany: (collection, query) => counted(() => on(collection).removeMany(query)),
    count: (collection, query = {}) => counted(() => on(collection).count(query)),
    explain: (collection, query = {}, options) => counted(() => on(collection).explain(query, options)),
    createCollection: (collection, options = {}) =>
      options.schema === undefined
        ? counted(async () => (on(collection), { collection }))
        : schema(collection, options.schema),
    createSchema: schema,
    setSchema: schema,
    getSchema: (collection) => counted(() => on(collection).schema()),
    removeSchema: (collection) => counted(async () => (await on(collection).setSchema(null), { collection })),
    createIndex: (collection, fields) => counted(async () => (await on(collection).addFields(fields), { collection })),
    removeIndex: (collection, fields) =>
      counted(async () => (await on(collection).removeFields(fields), { collection })),
  };
}

/** Instances of workflows are read from where the engine keeps them, everything else is a document of the table. */
export function collectionOperations(
  collection: string,
  runtime: Runtime,
  check?: CheckDocument,
): CollectionOperations {
  const { definitions, ports, strict, turns } = runtime;
  assertName(collection);
  const workflows = [...definitions.values()].filter((workflow) => workflow.collectionName === collection);
  const names = workflows.map(({ name }) => name);
  return new CollectionOperations({
    collection,
    store: ports.documents,
    clock: ports.clock,
    random: ports.random,
    turns,
    check,
    literalNames: strict,
    writable: names.length === 0,
    source: names.length === 0 ? storedSource(ports.documents, collection) : workflowSource(ports, names),
  });
}

function assertName(collection: unknown): asserts collection is string {
  try {
    assertCollection(String(collection));
    if (typeof collection === "string") return assertFree(collection);
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
  }
  throw new StephooksError("invalid-argument", "A collection's name is a text of 1 to 200 bytes.");
}

function boundTo(documents: Documents, name: string): Collection {
  const entries = Object.entries(documents).map(([method, call]: [string, (...args: never[]) => unknown]) => [
    method,
    (...rest: readonly unknown[]) => Reflect.apply(call, documents, [name, ...rest]),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each method with its first argument given
  return Object.fromEntries(entries) as Collection;
}
