import { AsyncLocalStorage } from "node:async_hooks";
import type { Runtime } from "../runtime.ts";
import { StephooksError } from "../stephooks-error.ts";

const runtimes = new AsyncLocalStorage<Runtime>();
let latest: Runtime | undefined;

/** Runs `act` so that everything begun in its async context belongs to the app of this runtime. */
export function withRuntime<Result>(runtime: Runtime, act: () => Promise<Result>): Promise<Result> {
  return runtimes.run(runtime, act);
}

/** Code that runs in no invocation, such as a listener, uses the runtime that was built last. */
export function noteRuntime(runtime: Runtime): void {
  latest = runtime;
}

/** The runtime of the app whose code is running. @throws StephooksError `no-host` before the first event. */
export function currentRuntime(): Runtime {
  const runtime = runtimes.getStore() ?? latest;
  if (runtime) return runtime;
  throw new StephooksError(
    "no-host",
    "The datastore was used before the first event, so there is no table yet. Use it inside routes, steps and jobs, and run the app with the local stack or on Lambda.",
  );
}
