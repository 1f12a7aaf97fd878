import type { RouteHook } from "@stephooks/core";
import { assertFunctions } from "./assert-functions.ts";
import { compilePath, type PathParams, type PathPattern, type PathSource, type ShownPath } from "./path-pattern.ts";
import { coverOf } from "./pattern-cover.ts";
import type { RouteHandler } from "./route-handler.ts";

export interface AuthMatch {
  readonly hooks: readonly RouteHandler[];
  readonly params: PathParams;
}

interface AuthEntry {
  readonly pattern: PathPattern;
  readonly hooks: readonly RouteHandler[];
  readonly applies: Applies | undefined;
}

/** Whether an entry is asked about a request whose path it matches. */
export type Applies = (method: string, apiPath: string) => boolean;

/** The hooks of `app.auth` in the order of their first registration; the same path again replaces the hooks. */
export class AuthList {
  readonly #entries = new Map<string, AuthEntry>();

  /** Throws `invalid-path` or `invalid-handler`. */
  add(path: PathSource | ShownPath, hooks: readonly RouteHandler[], applies?: Applies): void {
    const pattern = compilePath(path);
    assertFunctions(`app.auth ${pattern.text}`, hooks);
    this.#entries.set(pattern.key, { pattern, hooks, applies });
  }

  /** The first registered entry that matches. */
  match(method: string, apiPath: string): AuthMatch | undefined {
    for (const { applies, hooks, pattern } of this.#entries.values()) {
      const params = pattern.match(apiPath);
      if (params !== undefined && (applies?.(method, apiPath) ?? true)) return { hooks, params };
    }
    return undefined;
  }

  /** The entries that decide about paths of a route, in the order they are asked. */
  covering(route: PathPattern): readonly RouteHook[] {
    const hooks: RouteHook[] = [];
    for (const { applies, pattern } of this.#entries.values()) {
      // An entry of a file route decides about that route only.
      if (applies !== undefined && pattern.key !== route.key) continue;
      const covers = pattern.key === route.key ? "all" : coverOf(route, pattern);
      if (covers === "none") continue;
      hooks.push({ path: pattern.text, covers });
      // Nobody behind it is asked.
      if (covers === "all") break;
    }
    return hooks;
  }

  /** The registered paths, in matching order. */
  paths(): readonly string[] {
    return [...this.#entries.values()].map((entry) => entry.pattern.text);
  }
}
