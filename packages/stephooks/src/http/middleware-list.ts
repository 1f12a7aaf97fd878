import { assertFunctions } from "./assert-functions.ts";
import { compilePath, type PathPattern, type PathSource } from "./path-pattern.ts";
import type { RouteHandler } from "./route-handler.ts";

interface MiddlewareEntry {
  /** Undefined: every path. */
  readonly pattern: PathPattern | undefined;
  readonly functions: readonly RouteHandler[];
}

/** What `app.use` takes: functions or lists of them, after a path or not. */
export type MiddlewareArguments = readonly (PathSource | RouteHandler | readonly RouteHandler[])[];

/** The functions of `app.use`, in registration order. */
export class MiddlewareList {
  readonly #entries: MiddlewareEntry[] = [];

  /**
   * The path is matched as a whole: `/customer` does not cover `/customer/1`, `/customer*` does. Throws `invalid-path`
   * or `invalid-handler`.
   *
   * Deliberately unlike codehooks, which keeps the first function after a path and drops the others without a word:
   * a check that was written down must run.
   */
  add(...args: MiddlewareArguments): void {
    const [first, ...rest] = args;
    const scoped = typeof first === "string" || first instanceof RegExp;
    const pattern = scoped ? compilePath(first) : undefined;
    const functions = (scoped ? rest : args).flat();
    assertFunctions(`app.use ${pattern?.text ?? ""}`, functions);
    this.#entries.push({ pattern, functions });
  }

  /** As {@link add} with a path, but without a function it adds nothing: `realtime.createChannel` calls it so. */
  addRoute(path: PathSource, ...functions: readonly (RouteHandler | undefined)[]): void {
    const given = functions.filter((value) => typeof value === "function");
    if (given.length > 0) this.add(path, given);
  }

  /** The functions to run for the canonical path. */
  matching(apiPath: string): readonly RouteHandler[] {
    return this.#entries
      .filter(({ pattern }) => pattern === undefined || pattern.match(apiPath) !== undefined)
      .flatMap((entry) => entry.functions);
  }
}
