import { METHOD_NAME_ALL, type Result, type Router } from "hono/router";
import type { PathSource } from "./path-pattern.ts";
import { RouteTable } from "./route-table.ts";

/**
 * A router for hono with codehooks' matching: registration order, `*` across slashes, no case. One handler for each
 * method and path; hono's habit of adding several for one path is not supported, the last replaces the others.
 */
export class RegistrationRouter<T> implements Router<T> {
  readonly name = "RegistrationRouter";
  readonly #table = new RouteTable<{ readonly target: T }>();

  add(method: string, path: PathSource, handler: T): void {
    this.#table.add(method === METHOD_NAME_ALL ? "*" : method, path, { target: handler });
  }

  match(method: string, path: string): Result<T> {
    const match = this.#table.match(method, path);
    if (match.kind !== "found") return [[]];
    // hono percent-decodes the parameters it hands out. Ours are decoded already, and a path is decoded exactly once.
    const encoded = Object.entries(match.params).map(([name, value]) => [name, encodeURIComponent(value)]);
    return [[[match.handlers.target, Object.fromEntries(encoded)]]];
  }
}
