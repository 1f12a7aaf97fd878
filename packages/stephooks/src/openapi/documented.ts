import { isRecord } from "@stephooks/core";
import type { RouteHandler } from "../http/index.ts";
import type { OpenApiOperation } from "./openapi-types.ts";

/** The name codehooks-js has for it: functions that another copy of a package made are understood. */
const DOCUMENTS = "_openApiSpec";

/** A function for a route that says what the route does, for `app.openapi`, and hands over to the next. */
export function openapi(operation: OpenApiOperation): RouteHandler {
  const handler: RouteHandler = (_req, _res, next) => next();
  return Object.assign(handler, { [DOCUMENTS]: operation });
}

/** What the functions of a route say of it, a later one on top of an earlier; undefined when none does. */
export function documentedBy(handlers: readonly RouteHandler[]): OpenApiOperation | undefined {
  const found = handlers
    .map((handler): unknown => Object.getOwnPropertyDescriptor(handler, DOCUMENTS)?.value)
    .filter(isRecord);
  return found.length === 0 ? undefined : Object.assign({}, ...found);
}
