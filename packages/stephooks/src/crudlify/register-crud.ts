import { Datastore } from "../datastore/index.ts";
import type { RouteHandler, RouteTable } from "../http/index.ts";
import { insertSent, removeByQuery, removeOne, replaceOne, updateByQuery, updateOne } from "./crud-changes.ts";
import { CrudCollections, type CrudSchemas } from "./crud-collections.ts";
import { type CrudRequest, crudRoute } from "./crud-route.ts";
import type { SchemaCompiler } from "./document-validator.ts";
import { EventHooks } from "./event-hooks.ts";
import { urlQuery } from "./url-query.ts";

export interface CrudOptions {
  /** In front of every path, such as `/api`. */
  readonly prefix?: string;
  /** Compiles JSON Schemas in the place of the package's own Ajv. */
  readonly validator?: SchemaCompiler;
  /** Accepted and not needed: what a schema is shows by itself. */
  readonly schema?: string;
  /** Accepted: there is one query language. */
  readonly query?: string;
}

const unknown = { status: 404, words: "Schema error for collection" };
const unknownToInsert = { status: 400, words: "Collection schema not found:" };

/** What one call of `crudlify` has registered. */
export interface CrudRegistration {
  /** They count from the next request on. */
  readonly hooks: EventHooks;
  /** In front of every path, without a slash at its end. */
  readonly prefix: string;
  readonly schemas: CrudSchemas;
  /** The functions of its routes. */
  readonly handlers: ReadonlySet<RouteHandler>;
}

/**
 * Registers the routes, at the end of what is registered.
 *
 * @throws StephooksError `invalid-schema`, `invalid-path`.
 */
export function registerCrud(routes: RouteTable, schemas: CrudSchemas, options: CrudOptions): CrudRegistration {
  const hooks = new EventHooks();
  const handlers = new Set<RouteHandler>();
  const service = { collections: new CrudCollections(schemas, options.validator), hooks };
  const prefix = (options.prefix ?? "").replace(/\/$/, "");
  const add = (method: string, path: string, run: (request: CrudRequest) => Promise<void>, otherwise = unknown) => {
    const handler = crudRoute(service, run, otherwise);
    handlers.add(handler);
    routes.add(method, prefix + path, [handler]);
  };
  add("POST", "/:collection", insertSent, unknownToInsert);
  add("GET", "/:collection", list);
  add("GET", "/:collection/:ID", readOne);
  add("PUT", "/:collection/:ID", replaceOne);
  // Before the paths that its own would match, too.
  add("PATCH", "/:collection/_byquery", updateByQuery);
  add("PATCH", "/:collection/:ID", updateOne);
  add("DELETE", "/:collection/_byquery", removeByQuery);
  add("DELETE", "/:collection/:ID", removeOne);
  return { handlers, hooks, prefix, schemas };
}

/** Documents leave as they are read. What is wrong with the query shows before the first, and is the answer then. */
async function list({ collection, req, res }: CrudRequest): Promise<void> {
  const { filter, options } = urlQuery(req.query);
  res.json((await Datastore.open()).getMany(collection, filter, options));
}

async function readOne({ collection, id, res }: CrudRequest): Promise<void> {
  res.json(await (await Datastore.open()).getOne(collection, id));
}
