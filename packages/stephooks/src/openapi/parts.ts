import type { JsonValue } from "@stephooks/core";
import type { DocumentedSchema, OpenApiParameter, OpenApiRequestBody, OpenApiResponse } from "./openapi-types.ts";

interface ParameterOptions {
  readonly description?: string;
  /** Default: a text. */
  readonly schema?: DocumentedSchema;
  readonly example?: JsonValue;
}

/** A response of an operation; without a schema it has no body. */
export function response(
  description: string,
  schema?: DocumentedSchema,
  contentType = "application/json",
): OpenApiResponse {
  return schema ? { description, content: { [contentType]: { schema } } } : { description };
}

/** The body of an operation, which must be sent unless `required` is false. */
export function body(
  schema: DocumentedSchema,
  options: { readonly required?: boolean; readonly description?: string; readonly contentType?: string } = {},
): OpenApiRequestBody {
  const { contentType = "application/json", description, required = true } = options;
  return {
    required,
    ...(description === undefined ? {} : { description }),
    content: { [contentType]: { schema } },
  };
}

/** A parameter of the path: the `id` of `/users/:id`. */
export function param(name: string, options: ParameterOptions = {}): OpenApiParameter {
  return parameter(name, "path", { ...options, required: true });
}

/** A parameter of the query, which may be left out unless `required`. */
export function query(
  name: string,
  options: ParameterOptions & { readonly required?: boolean } = {},
): OpenApiParameter {
  return parameter(name, "query", options);
}

/** A header that is sent, which may be left out unless `required`. */
export function header(
  name: string,
  options: ParameterOptions & { readonly required?: boolean } = {},
): OpenApiParameter {
  return parameter(name, "header", options);
}

function parameter(
  name: string,
  place: OpenApiParameter["in"],
  { description, example, required = false, schema }: ParameterOptions & { readonly required?: boolean },
): OpenApiParameter {
  return {
    name,
    in: place,
    required,
    schema: schema ?? { type: "string" },
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
  };
}
