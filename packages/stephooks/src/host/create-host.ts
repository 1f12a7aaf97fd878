import type { LambdaResponseStream } from "@stephooks/aws/lambda";
import type { AppPorts } from "@stephooks/core";
import { inspectInstance, type InstanceInspection, readInstance } from "@stephooks/engine";
import { StephooksError } from "../stephooks-error.ts";
import { createRuntime, type HostSettings } from "./create-runtime.ts";
import { dispatch, dispatchStreaming } from "./dispatch.ts";
import { type LambdaHandler, registryOf } from "./lambda-handler.ts";

/** An app on given ports instead of AWS; it takes the same events. */
export interface Host {
  handle(event: unknown, context?: unknown): Promise<unknown>;
  /** The same for a handler that streams. */
  stream(event: unknown, stream: LambdaResponseStream, context?: unknown): Promise<void>;
  /** Any instance of the app's workflows. @throws EngineError `unknown-instance`. */
  inspect(id: string): Promise<InstanceInspection>;
}

/**
 * Runs the app behind `handler` (the value of `app.init()`) on these ports. An app has one host at a time: its
 * workflows use the newest.
 *
 * @throws StephooksError `unsupported` when `handler` does not come from `app.init()` of this package.
 */
export function createHost(handler: LambdaHandler, ports: AppPorts, settings: HostSettings): Host {
  const registry = registryOf(handler);
  if (registry === undefined) {
    throw new StephooksError(
      "unsupported",
      "createHost takes the value of app.init(), from the same copy of stephooks.",
    );
  }
  const runtime = createRuntime(registry, ports, settings);
  return {
    handle: (event, context) => dispatch(event, context, runtime),
    stream: (event, stream, context) => dispatchStreaming(event, { context, stream }, runtime),
    inspect: async (id) => inspectInstance(await readInstance(id, ports), registry.definitions, ports.clock.now()),
  };
}
