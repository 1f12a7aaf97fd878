import { isRecord, type JsonObject } from "@stephooks/core";
import {
  answered,
  bodyOf,
  countSchema,
  filterParameter,
  listOf,
  listParameters,
  queryParameter,
  refusalSchema,
  updateSchema,
} from "./crud-parts.ts";
import type { CrudSet } from "./openapi-document.ts";
import { openApiPath } from "./openapi-path.ts";
import type { PathOperation } from "./route-operation.ts";
import type { ComponentNames } from "./schemas/component-names.ts";
import type { SchemaWriter } from "./schemas/openapi-schema.ts";

/** What the routes of one `crudlify` do, a set for each collection, and the schemas they name. */
export interface CrudOperations {
  readonly operations: readonly PathOperation[];
  readonly schemas: Readonly<Record<string, JsonObject>>;
}

/** The names of a collection's things in the document. */
interface Collection {
  /** Behind the prefix: `/products`, or `/:collection` where all are served. */
  readonly path: string;
  readonly many: string;
  readonly one: string;
  /** As in a name: `Products`. */
  readonly title: string;
  readonly singular: string;
  /** What is sent, and what is stored. */
  readonly sent: JsonObject;
  readonly stored: JsonObject;
}

const anyDocument: JsonObject = {
  type: "object",
  additionalProperties: true,
  description: "Any JSON object: nothing is validated",
};

export function crudOperations(set: CrudSet, names: ComponentNames, writer: SchemaWriter): CrudOperations {
  const schemas: Record<string, JsonObject> = {};
  const add = (wanted: string, schema: JsonObject): JsonObject => {
    const name = names.unused(wanted);
    schemas[name] = schema;
    return { $ref: `#/components/schemas/${name}` };
  };
  const named = Object.entries(set.schemas);
  const collections = named.length === 0 ? [everything(add)] : named.map((entry) => collectionOf(entry, add, writer));
  const refusal = add("Refusal", refusalSchema);
  const operations = collections.flatMap((collection) => operationsOf(collection, refusal));
  return {
    schemas,
    operations: operations.map(({ method, operation, path }) => ({
      method,
      path: openApiPath(set.prefix + path),
      operation,
    })),
  };
}

type Add = (wanted: string, schema: JsonObject) => JsonObject;

function collectionOf([name, schema]: readonly [string, unknown], add: Add, writer: SchemaWriter): Collection {
  const title = capital(name);
  const made = schema === null ? anyDocument : { type: "object", ...writer.schema(schema, title) };
  const { type: _type, ...reference } = made;
  const sent = "$ref" in made ? reference : made;
  const one = singularOf(name);
  return {
    path: `/${name}`,
    many: name,
    one,
    title,
    singular: capital(one),
    sent: add(title, sent),
    stored: add(`${title}Document`, withId(sent)),
  };
}

function everything(add: Add): Collection {
  return {
    path: "/:collection",
    many: "documents of a collection",
    one: "document",
    title: "Documents",
    singular: "Document",
    sent: add("Document", anyDocument),
    stored: add("StoredDocument", withId(anyDocument)),
  };
}

const idSchema: JsonObject = { type: "string", description: "Id of the document" };

/** What is sent, stored: with its id, also where the schema allows no other field. */
function withId(sent: JsonObject): JsonObject {
  const { properties, required } = sent;
  if ("$ref" in sent || "allOf" in sent || "anyOf" in sent || "oneOf" in sent) {
    return { allOf: [sent, { type: "object", properties: { _id: idSchema }, required: ["_id"] }] };
  }
  const others = Array.isArray(required) ? required.filter((name) => name !== "_id") : [];
  return {
    ...sent,
    properties: { _id: idSchema, ...(isRecord(properties) ? properties : {}) },
    required: ["_id", ...others],
  };
}

interface PlainOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: JsonObject;
}

/** What operations are made with. */
interface Making {
  readonly collection: Collection;
  /** Responses: to what does not fit, to what is not there. */
  readonly unfit: JsonObject;
  readonly notFound: JsonObject;
}

function operationsOf(collection: Collection, refusal: JsonObject): readonly PlainOperation[] {
  const making = {
    collection,
    unfit: { "400": answered("What was sent does not fit", refusal) },
    notFound: { "404": answered("Nothing is there", refusal) },
  };
  return [...ofTheCollection(making), ...byQuery(making), ...ofOneDocument(making)];
}

function make(method: string, suffix: string, { one, path, title }: Collection, operation: JsonObject): PlainOperation {
  const { parameters: own, ...rest } = operation;
  const parameters = [...pathParameters(path + suffix, one), ...(Array.isArray(own) ? own : [])];
  return { method, path: path + suffix, operation: { tags: [title], ...rest, parameters } };
}

function ofTheCollection({ collection, notFound, unfit }: Making): readonly PlainOperation[] {
  const { many, one, sent, singular, stored, title } = collection;
  return [
    make("post", "", collection, {
      summary: `Create ${one}`,
      operationId: `create${singular}`,
      description: "Takes a list, too: each document of it is validated before the first is stored.",
      requestBody: bodyOf({ oneOf: [sent, listOf(sent)] }),
      responses: { "201": answered("What is stored", { oneOf: [stored, listOf(stored)] }), ...unfit },
    }),
    make("get", "", collection, {
      summary: `List ${many}`,
      operationId: `list${title}`,
      parameters: [filterParameter, ...listParameters],
      responses: { "200": answered("What was found", listOf(stored)), ...unfit, ...notFound },
    }),
  ];
}

function byQuery({ collection, notFound, unfit }: Making): readonly PlainOperation[] {
  const { many, title } = collection;
  const parameters = [filterParameter, queryParameter];
  return [
    make("patch", "/_byquery", collection, {
      summary: `Update ${many} by query`,
      operationId: `updateMany${title}`,
      parameters,
      requestBody: bodyOf(updateSchema),
      responses: { "200": answered("How many were changed", countSchema), ...unfit, ...notFound },
    }),
    make("delete", "/_byquery", collection, {
      summary: `Delete ${many} by query`,
      operationId: `deleteMany${title}`,
      parameters,
      responses: { "200": answered("How many were removed", countSchema), ...unfit, ...notFound },
    }),
  ];
}

function ofOneDocument({ collection, notFound, unfit }: Making): readonly PlainOperation[] {
  const { one, sent, singular, stored } = collection;
  return [
    make("get", "/:ID", collection, {
      summary: `Get ${one}`,
      operationId: `get${singular}`,
      responses: { "200": answered("The document", stored), ...notFound },
    }),
    make("put", "/:ID", collection, {
      summary: `Replace ${one}`,
      operationId: `replace${singular}`,
      requestBody: bodyOf(sent),
      responses: { "200": answered("What is stored", stored), ...unfit, ...notFound },
    }),
    make("patch", "/:ID", collection, {
      summary: `Update ${one}`,
      operationId: `update${singular}`,
      requestBody: bodyOf(updateSchema),
      responses: { "200": answered("What is stored", stored), ...unfit, ...notFound },
    }),
    make("delete", "/:ID", collection, {
      summary: `Delete ${one}`,
      operationId: `delete${singular}`,
      responses: { "200": answered("Its id", { type: "object", properties: { _id: idSchema } }), ...notFound },
    }),
  ];
}

function pathParameters(path: string, one: string): JsonObject[] {
  return openApiPath(path).names.map((name) => ({
    name,
    in: "path",
    required: true,
    description: name === "ID" ? `The _id of the ${one}` : "Name of the collection",
    schema: { type: "string" },
  }));
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `products` is a list of `product`. Good enough for a title. */
function singularOf(name: string): string {
  if (/ies$/i.test(name)) return name.replace(/ies$/i, "y");
  return /[^s]s$/i.test(name) ? name.slice(0, -1) : name;
}
