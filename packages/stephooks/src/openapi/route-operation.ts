import { isRecord, type JsonObject } from "@stephooks/core";
import { type OpenApiPath, openApiPath } from "./openapi-path.ts";
import type { OpenApiOperation, OpenApiParameter } from "./openapi-types.ts";
import type { SchemaWriter } from "./schemas/openapi-schema.ts";

/** An operation and where it stands. */
export interface PathOperation {
  /** Lower case. */
  readonly method: string;
  readonly path: OpenApiPath;
  readonly operation: JsonObject;
}

export interface RouteToDescribe {
  /** Upper case. */
  readonly method: string;
  /** As registered. */
  readonly path: string;
  readonly documented: OpenApiOperation;
  readonly writer: SchemaWriter;
}

/** What is known of a route: what `openapi()` says, with the parameters of its path and a response in any case. */
export function routeOperation({ documented, method, path, writer }: RouteToDescribe): PathOperation {
  const place = openApiPath(path);
  const { parameters, requestBody, responses, summary, tags, ...rest } = documented;
  const name = documented.operationId ?? `${method.toLowerCase()}${place.template.replaceAll(/\W+/g, "_")}`;
  const operation = {
    summary: summary ?? `${method} ${path}`,
    tags: tags ?? ["default"],
    ...asJson(rest),
    parameters: [...writtenParameters(parameters ?? [], place, name, writer)],
    ...(requestBody === undefined ? {} : { requestBody: written(requestBody, `${name}_body`, writer) }),
    responses: writtenResponses(responses, name, writer),
  };
  return { method: method.toLowerCase(), path: place, operation: asJson(operation) };
}

/** A document whose path parameters are not those of its path is invalid. */
function writtenParameters(
  given: readonly OpenApiParameter[],
  { names, wildcards }: OpenApiPath,
  name: string,
  writer: SchemaWriter,
): readonly object[] {
  const said = given.filter((one) => one.in !== "path" || names.includes(one.name));
  const known = new Set(said.filter((one) => one.in === "path").map((one) => one.name));
  const unsaid = names
    .filter((one) => !known.has(one))
    .map((one) => ({
      name: one,
      in: "path",
      required: true,
      schema: { type: "string" },
      ...(wildcards.has(one) ? { description: "Anything, slashes included" } : {}),
    }));
  const all = said.map((one) => ({
    ...one,
    ...(one.in === "path" ? { required: true } : {}),
    ...(isRecord(one.schema) ? { schema: writer.schema(one.schema, `${name}_${one.name}`) } : {}),
  }));
  return [...unsaid, ...all];
}

function writtenResponses(
  given: OpenApiOperation["responses"],
  name: string,
  writer: SchemaWriter,
): Readonly<Record<string, unknown>> {
  const said = Object.entries(given ?? {});
  if (said.length === 0) return { "200": { description: "Success" } };
  return Object.fromEntries(
    said.map(([status, one]) => {
      const headers = Object.entries(one.headers ?? {}).map(([key, value]) => [
        key,
        { ...value, schema: writer.schema(value.schema, `${name}_${status}_${key}`) },
      ]);
      return [
        status,
        {
          ...written(one, `${name}_${status}`, writer),
          ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
        },
      ];
    }),
  );
}

/** A body or response with the schemas of its contents as OpenAPI writes them. */
function written<Part extends { readonly content?: OpenApiContentOf }>(part: Part, name: string, writer: SchemaWriter) {
  if (part.content === undefined) return part;
  const content = Object.entries(part.content).map(([type, one]) => [
    type,
    one.schema === undefined ? one : { ...one, schema: writer.schema(one.schema, name) },
  ]);
  return { ...part, content: Object.fromEntries(content) };
}

interface OpenApiContentOf {
  readonly [mediaType: string]: { readonly schema?: object };
}

/** Without functions and what is undefined. */
function asJson(given: object): JsonObject {
  return JSON.parse(JSON.stringify(given));
}
