import { isCodedError } from "@stephooks/core";
import { currentRuntime } from "../host/current-runtime.ts";
import type { HttpRequest, HttpResponse, RouteHandler } from "../http/index.ts";
import type { CrudCollections } from "./crud-collections.ts";
import { type Issue, issuesOf, type ValidateDocument } from "./document-validator.ts";
import type { EventHooks } from "./event-hooks.ts";

/** What the routes of one `crudlify` share. */
export interface CrudService {
  readonly collections: CrudCollections;
  readonly hooks: EventHooks;
}

/** One request to a route of `crudlify`, its collection known to be served. */
export interface CrudRequest {
  readonly collection: string;
  /** Empty where the route has none. */
  readonly id: string;
  readonly validate: ValidateDocument | undefined;
  readonly hooks: EventHooks;
  readonly req: HttpRequest;
  readonly res: HttpResponse;
}

/** A function of a route. `unknown` is what codehooks says, and with which status, when a collection is not served. */
export function crudRoute(
  { collections, hooks }: CrudService,
  run: (request: CrudRequest) => Promise<void>,
  unknown: { readonly status: number; readonly words: string },
): RouteHandler {
  return async (req, res) => {
    const { collection = "", ID: id = "" } = req.params;
    try {
      const validate = collections.validator(collection, unknown.words);
      await run({ collection, id, validate, hooks, req, res });
    } catch (error) {
      if (!isCodedError(error)) throw error;
      if (error.code === "unknown-collection") {
        answer(res, error.code).status(unknown.status).json({ error: error.message, code: error.code });
      } else if (error.code === "schema-mismatch") answerMismatch(error, res);
      else if (error.code === "not-found" && currentRuntime().strict) {
        answer(res, error.code).status(404).end(error.message);
      } else throw error;
    }
  };
}

/** A mismatch with one of our schemas, or with that of `createCollection`; with strict in the words of the library. */
function answerMismatch(
  error: Error & { readonly code: string; readonly schemaError?: unknown; readonly issues?: readonly Issue[] },
  res: HttpResponse,
): void {
  const { code, issues, message, schemaError } = error;
  const body = currentRuntime().strict
    ? schemaError
    : { error: { code, message, issues: issues ?? issuesOf(schemaError) } };
  answer(res, code).status(400).json(body);
}

function answer(res: HttpResponse, code: string): HttpResponse {
  return res.set("x-stephooks-error", code);
}
