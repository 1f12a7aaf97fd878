import type { Ports } from "@stephooks/core";
import { StephooksError } from "../stephooks-error.ts";
import { createRuntime, type HostSettings } from "./create-runtime.ts";
import { dispatch } from "./dispatch.ts";
import { type LambdaHandler, registryOf } from "./lambda-handler.ts";

/** An app on given ports instead of AWS; it takes the same events. */
export interface Host {
  handle(event: unknown, context?: unknown): Promise<unknown>;
}

/**
 * Runs the app behind `handler` (the value of `app.init()`) on these ports. An app has one host at a time: its
 * workflows use the newest.
 *
 * @throws StephooksError `unsupported` when `handler` does not come from `app.init()` of this package.
 */
export function createHost(handler: LambdaHandler, ports: Ports, settings: HostSettings): Host {
  const registry = registryOf(handler);
  if (registry === undefined) {
    throw new StephooksError(
      "unsupported",
      "createHost takes the value of app.init(), from the same copy of stephooks.",
    );
  }
  const runtime = createRuntime(registry, ports, settings);
  return { handle: (event, context) => dispatch(event, context, runtime) };
}
