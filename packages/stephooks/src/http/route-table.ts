import { assertFunctions } from "./assert-functions.ts";
import { compilePath, type PathParams, type PathPattern, type PathSource, type ShownPath } from "./path-pattern.ts";
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
  readonly #first = new Map<string, Route<Handlers>>();
  readonly #routes = new Map<string, Route<Handlers>>();

  /** `method` in upper case, or `*`. Throws `invalid-path`, or `invalid-handler` for a list that is not of functions. */
  add(method: string, path: PathSource | ShownPath, handlers: Handlers): void {
    const pattern = compilePath(path);
    if (Array.isArray(handlers)) assertFunctions(`${method} ${pattern.text}`, handlers);
    announceRoute(method, pattern.text);
    const key = `${method} ${pattern.key}`;
    const routes = this.#first.has(key) ? this.#first : this.#routes;
    routes.set(key, { method, path: pattern.text, pattern, handlers });
  }

  /**
   * A GET route that is asked before all that {@link add} registers, earlier ones, too: a page among `/:collection` and
   * the like. Where the app has a route of exactly this path, it keeps its place. Throws `invalid-path`.
   */
  addFirst(path: string, handlers: Handlers): void {
    const pattern = compilePath(path);
    announceRoute("GET", pattern.text);
    const key = `GET ${pattern.key}`;
    const routes = this.#routes.has(key) ? this.#routes : this.#first;
    routes.set(key, { method: "GET", path: pattern.text, pattern, handlers });
  }

  /** What answers `method` at the canonical path. HEAD is answered by what answers GET. */
  match(method: string, apiPath: string): RouteMatch<Handlers> {
    const wanted = method === "HEAD" ? "GET" : method;
    const elsewhere = new Set<string>();
    for (const route of this.#inOrder()) {
      const params = route.pattern.match(apiPath);
      if (params === undefined) continue;
      if (route.method === wanted || route.method === "*") return { kind: "found", handlers: route.handlers, params };
      elsewhere.add(route.method);
    }
    if (elsewhere.size === 0) return { kind: "none" };
    if (elsewhere.has("GET")) elsewhere.add("HEAD");
    return { kind: "wrong-method", allowed: httpMethods.filter((name) => elsewhere.has(name)) };
  }

  *#inOrder(): Generator<Route<Handlers>> {
    yield* this.#first.values();
    yield* this.#routes.values();
  }

  /** Every route, in matching order. */
  list(): readonly Route<Handlers>[] {
    return [...this.#inOrder()];
  }
}
