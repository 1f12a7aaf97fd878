import type { HttpRequest } from "./http-request.ts";
import type { HttpResponse } from "./http-response.ts";

/**
 * Hands over to the next function. Anything but `undefined` or `null` stops the chain: 403 with the text in an
 * `app.auth` hook, 500 with the text elsewhere. Only the first call of one function counts.
 */
export type Next = (error?: unknown) => void;

/** A function of `app.get`, `app.use`, `app.auth` and their like. A returned promise is awaited. */
export type RouteHandler = (req: HttpRequest, res: HttpResponse, next: Next) => unknown;
