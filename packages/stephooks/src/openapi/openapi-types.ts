import type { JsonObject, JsonValue } from "@stephooks/core";

/** A schema of zod or yup, another one with Standard JSON Schema, a JSON Schema, or one of OpenAPI. */
export type DocumentedSchema = object;

/** A parameter of an operation; {@link param}, {@link query} and {@link header} make them. */
export interface OpenApiParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly schema: DocumentedSchema;
  readonly description?: string;
  readonly required?: boolean;
  readonly example?: JsonValue;
}

/** What a body may be, by media type. */
export interface OpenApiContent {
  readonly [mediaType: string]: { readonly schema: DocumentedSchema; readonly example?: JsonValue };
}

export interface OpenApiRequestBody {
  readonly content: OpenApiContent;
  readonly description?: string;
  readonly required?: boolean;
}

export interface OpenApiResponse {
  readonly description: string;
  readonly content?: OpenApiContent;
  readonly headers?: Readonly<
    Record<string, { readonly schema: DocumentedSchema; readonly description?: string; readonly example?: JsonValue }>
  >;
}

/** For each scheme that is needed together its scopes; an empty object: nothing is needed. */
export type OpenApiSecurity = Readonly<Record<string, readonly string[]>>;

/** What `openapi()` says of a route: an operation of OpenAPI 3.0, whose schemas may be those of a library. */
export interface OpenApiOperation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly operationId?: string;
  readonly parameters?: readonly OpenApiParameter[];
  readonly requestBody?: OpenApiRequestBody;
  /** By status, `default` for all others. */
  readonly responses?: Readonly<Record<string, OpenApiResponse>>;
  readonly security?: readonly OpenApiSecurity[];
  readonly deprecated?: boolean;
}

/** An operation as {@link OpenApiConfig.filter} is asked about it. */
export interface FilteredOperation {
  /** Lower case. */
  readonly method: string;
  /** As in the document: `/todos/{ID}`. */
  readonly path: string;
  readonly operationId: string | undefined;
  readonly tags: readonly string[];
  readonly summary: string | undefined;
}

export interface OpenApiConfig {
  /** Default: title `API`, version `1.0.0`. */
  readonly info?: {
    readonly title?: string;
    readonly version?: string;
    readonly description?: string;
    readonly termsOfService?: string;
    readonly contact?: { readonly name?: string; readonly url?: string; readonly email?: string };
    readonly license?: { readonly name: string; readonly url?: string };
  };
  /** Default: the app itself, with the space or stage its document is asked under. */
  readonly servers?: readonly {
    readonly url: string;
    readonly description?: string;
    readonly variables?: Readonly<
      Record<string, { readonly default: string; readonly enum?: readonly string[]; readonly description?: string }>
    >;
  }[];
  readonly components?: {
    readonly schemas?: Readonly<Record<string, DocumentedSchema>>;
    readonly securitySchemes?: Readonly<Record<string, JsonObject>>;
  };
  /** What operations need that say nothing of it. Default: the API key. */
  readonly security?: readonly OpenApiSecurity[];
  /** Where the document is served. Default `/openapi.json`. */
  readonly specPath?: string;
  readonly swaggerUi?: {
    readonly oauth2RedirectUrl?: string;
    /** Of a service that judges the document; none unless one is given. */
    readonly validatorUrl?: string | null;
    readonly favicon?: string;
  };
  readonly tags?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly externalDocs?: { readonly url: string; readonly description?: string };
  }[];
  readonly externalDocs?: { readonly url: string; readonly description?: string };
  /** Keeps an operation out of the document when it answers false. */
  readonly filter?: (operation: FilteredOperation) => boolean;
  /**
   * Lets everybody read the document and its page. Without it they need what every path of the app needs: a key, a token,
   * or an `app.auth` hook that lets in. With `compat: "strict"` they are public, as with codehooks.
   */
  readonly public?: boolean;
}
