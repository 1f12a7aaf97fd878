import { assertFunctions } from "./assert-functions.ts";
import { compilePath, type PathParams, type PathPattern, type PathSource } from "./path-pattern.ts";
import { announceRoute } from "./registration-observer.ts";
import type { RouteHandler } from "./route-handler.ts";

/** The methods an app can answer, in the order of an `Allow` header. */
export const httpMethods = Object.freeze(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const);

export interface Route<Handlers> {
  /** Upper case, or `*` for every method. */
  readonly method: string;
  /** As registered; a RegExp between slashes with its flags. */
  readonly path: string;
  readonly pattern: PathPattern;
  readonly handlers: Handlers;
}

export type RouteMatch<Handlers> =
  | { readonly kind: "found"; readonly handlers: Handlers; readonly params: PathParams }
  /** The path has routes, for these methods only. */
  | { readonly kind: "wrong-method"; readonly allowed: readonly string[] }
  | { readonly kind: "none" };

/**
 * Routes in the order of their first registration; the first that matches wins, however general it is. The same
 * method and path registered again replaces the handlers and keeps the place.
 */
export class RouteTable<Handlers = readonly RouteHandler[]> {
  readonly #routes = new Map<string, Route<Handlers>>();

  /** `method` in upper case, or `*`. Throws `invalid-path`, or `invalid-handler` for a list that is not of functions. */
  add(method: string, path: PathSource, handlers: Handlers): void {
    const pattern = compilePath(path);
    if (Array.isArray(handlers)) assertFunctions(`${method} ${pattern.text}`, handlers);
    announceRoute(method, pattern.text);
    this.#routes.set(`${method} ${pattern.key}`, { method, path: pattern.text, pattern, handlers });
  }

  /** What answers `method` at the canonical path. HEAD is answered by what answers GET. */
  match(method: string, apiPath: string): RouteMatch<Handlers> {
    const wanted = method === "HEAD" ? "GET" : method;
    const elsewhere = new Set<string>();
    for (const route of this.#routes.values()) {
      const params = route.pattern.match(apiPath);
      if (params === undefined) continue;
      if (route.method === wanted || route.method === "*") return { kind: "found", handlers: route.handlers, params };
      elsewhere.add(route.method);
    }
    if (elsewhere.size === 0) return { kind: "none" };
    if (elsewhere.has("GET")) elsewhere.add("HEAD");
    return { kind: "wrong-method", allowed: httpMethods.filter((name) => elsewhere.has(name)) };
  }

  /** Every route, in matching order. */
  list(): readonly Route<Handlers>[] {
    return [...this.#routes.values()];
  }
}
