export { openapi } from "./documented.ts";
export type {
  DocumentedSchema,
  FilteredOperation,
  OpenApiConfig,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiRequestBody,
  OpenApiResponse,
  OpenApiSecurity,
} from "./openapi-types.ts";
export { body, header, param, query, response } from "./parts.ts";
export { type DocsRegistration, registerDocs } from "./register-docs.ts";
