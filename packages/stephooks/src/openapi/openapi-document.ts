import type { JsonObject, JsonValue } from "@stephooks/core";
import type { CrudRegistration } from "../crudlify/index.ts";
import type { RouteHandler } from "../http/index.ts";
import { crudOperations } from "./crud-operations.ts";
import { documentedBy } from "./documented.ts";
import type { OpenApiPath } from "./openapi-path.ts";
import type { OpenApiConfig } from "./openapi-types.ts";
import { type PathOperation, routeOperation } from "./route-operation.ts";
import { ComponentNames } from "./schemas/component-names.ts";
import { SchemaWriter } from "./schemas/openapi-schema.ts";

/** A route as it is registered. */
export interface DocumentedRoute {
  /** Upper case, or `*` for every method. */
  readonly method: string;
  /** Undefined for a RegExp, which no document can describe. */
  readonly path: string | undefined;
  readonly handlers: readonly RouteHandler[];
}

/** What one call of `crudlify` serves; without schemas every collection. */
export type CrudSet = Pick<CrudRegistration, "prefix" | "schemas" | "handlers">;

/** All that the document tells of. */
export interface DocumentedApp {
  /** In matching order, without those of the document itself. */
  readonly routes: readonly DocumentedRoute[];
  readonly cruds: readonly CrudSet[];
  /** Where the app begins as its client sees it, such as `/dev`; empty for the host's root. */
  readonly base: string;
}

const securitySchemes: JsonObject = {
  apiKey: { type: "apiKey", in: "header", name: "x-apikey", description: "An API key of this stack" },
  bearerAuth: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "A token of the configured issuer" },
};

/**
 * The OpenAPI 3.0.3 document of an app: its routes with a string path, each with what `openapi()` says of it, and the
 * routes of `crudlify`, a set for each collection. Of two for the same method and path the one that answers is told.
 *
 * Throws what `config.filter` throws.
 */
export function openApiDocument(app: DocumentedApp, config: OpenApiConfig): JsonObject {
  const given = config.components?.schemas ?? {};
  const names = new ComponentNames(Object.keys(given));
  const writer = new SchemaWriter(names);
  const schemas: Record<string, JsonObject> = {};
  const found: PathOperation[] = [];
  const written = new Set<CrudSet>();
  for (const route of app.routes) {
    const crud = app.cruds.find(({ handlers }) => route.handlers.some((handler) => handlers.has(handler)));
    if (crud === undefined) found.push(...routeOperations(route, writer));
    else if (!written.has(crud)) {
      written.add(crud);
      const made = crudOperations(crud, names, writer);
      Object.assign(schemas, made.schemas);
      found.push(...made.operations);
    }
  }
  const paths = pathsOf(found, config);
  const own = Object.fromEntries(Object.entries(given).map(([name, one]) => [name, writer.schema(one, name)]));
  return {
    openapi: "3.0.3",
    info: { title: "API", version: "1.0.0", ...plain(config.info ?? {}) },
    servers: config.servers === undefined ? [{ url: app.base || "/" }] : plain(config.servers),
    paths,
    components: {
      schemas: { ...schemas, ...writer.components, ...own },
      securitySchemes: { ...securitySchemes, ...config.components?.securitySchemes },
    },
    security: plain(config.security ?? [{ apiKey: [] }]),
    ...(config.tags === undefined ? {} : { tags: plain(config.tags) }),
    ...(config.externalDocs === undefined ? {} : { externalDocs: plain(config.externalDocs) }),
  };
}

const everyMethod = ["GET", "POST", "PUT", "PATCH", "DELETE"];

function routeOperations({ handlers, method, path }: DocumentedRoute, writer: SchemaWriter): readonly PathOperation[] {
  if (path === undefined) return [];
  const documented = documentedBy(handlers) ?? {};
  const methods = method === "*" ? everyMethod : [method];
  return methods.map((one) => routeOperation({ method: one, path, documented, writer }));
}

/** The operations by path and method: the first of each, which is the one that answers, unless the filter leaves it out. */
function pathsOf(found: readonly PathOperation[], { filter }: OpenApiConfig): JsonObject {
  const paths = new Map<string, Record<string, JsonValue>>();
  const places = new Map<string, OpenApiPath>();
  const claimed = new Set<string>();
  const ids = new ComponentNames([]);
  for (const { method, operation, path } of found) {
    const place = places.get(path.shape) ?? path;
    const claim = `${method} ${path.shape}`;
    if (claimed.has(claim)) continue;
    claimed.add(claim);
    const { operationId, summary, tags } = operation;
    const asked = {
      method,
      path: place.template,
      operationId: typeof operationId === "string" ? operationId : undefined,
      tags: Array.isArray(tags) ? tags.map(String) : [],
      summary: typeof summary === "string" ? summary : undefined,
    };
    if (filter && !filter(asked)) continue;
    places.set(path.shape, place);
    const operations = paths.get(place.template) ?? {};
    paths.set(place.template, operations);
    operations[method] = {
      ...renamed(operation, path, place),
      // A document may hold an id once; of `app.all` every method has the same.
      ...(typeof operationId === "string" ? { operationId: ids.unused(operationId) } : {}),
    };
  }
  return Object.fromEntries([...paths].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The operation with the names that its path's parameters have in the document. */
function renamed(operation: JsonObject, { names }: OpenApiPath, place: OpenApiPath): JsonObject {
  const { parameters } = operation;
  if (!Array.isArray(parameters)) return operation;
  const known = (name: JsonValue | undefined): JsonValue | undefined =>
    typeof name === "string" ? (place.names[names.indexOf(name)] ?? name) : name;
  return {
    ...operation,
    parameters: parameters.map((parameter: JsonObject) =>
      parameter["in"] === "path" ? { ...parameter, name: known(parameter["name"]) ?? null } : parameter,
    ),
  };
}

/** What the app wrote, as JSON. */
function plain<Value>(given: Value): JsonObject & Value {
  return JSON.parse(JSON.stringify(given));
}
