import type { Clock, DocumentStore, JsonObject } from "@stephooks/core";
import { StephooksError } from "../stephooks-error.ts";

/** What `app.init` was given: the app's work after a deployment. */
export type StartupCallback = () => unknown;

export interface StartupOptions {
  readonly callback: StartupCallback;
  /** Names the deployment; asked once. */
  readonly deployment: () => Promise<string>;
  readonly documents: Pick<DocumentStore, "read" | "write">;
  readonly clock: Clock;
}

/** Makes sure that the callback of this deployment has run; given until when this invocation may take, epoch ms. */
export type Startup = (deadline: number) => Promise<void>;

/** Collection of what this package remembers about an app. */
const COLLECTION = "_stephooks";

/** How often somebody who waits looks again, milliseconds. */
const LOOK_EVERY = 100;

/** Added to the time of the invocation that runs the callback, for clocks that differ. Milliseconds. */
const LEASE_MARGIN = 5_000;

/** What to do about a deployment whose item says this. */
export function startupMove(item: JsonObject | undefined, now: number): "done" | "run" | "wait" {
  if (item === undefined) return "run";
  if (item["state"] === "done") return "done";
  const { until } = item;
  return typeof until === "number" && until > now ? "wait" : "run";
}

/**
 * Runs the callback once per deployment, before any event of it is served, however many processes start at the same
 * time: who takes the lease runs it, the others wait. A callback that throws, or whose process ends, is run again by
 * the next event, so it must bear being begun twice.
 *
 * The returned function rejects with StephooksError `startup-failed` or `startup-pending`, and those of the store.
 */
export function createStartup(options: StartupOptions): Startup {
  let done = false;
  let running: Promise<void> | undefined;
  return async (deadline) => {
    if (done) return;
    // Events of one process share one attempt; the next event makes the next one.
    running ??= attempt(options, deadline).finally(() => (running = undefined));
    await running;
    done = true;
  };
}

async function attempt({ callback, clock, deployment, documents }: StartupOptions, deadline: number): Promise<void> {
  const id = `deployment:${await deployment()}`;
  const write = (state: JsonObject, expected: string | undefined) =>
    documents.write({ collection: COLLECTION, id, document: { _id: id, ...state }, expected });
  for (;;) {
    const stored = (await documents.read(COLLECTION, [id])).get(id);
    switch (startupMove(stored?.document, clock.now())) {
      case "done":
        return;
      case "wait":
        if (clock.now() + LOOK_EVERY > deadline) throw pending();
        await new Promise<void>((resolve) => clock.timer(LOOK_EVERY, resolve));
        continue;
      case "run": {
        const taken = await write({ state: "running", until: deadline + LEASE_MARGIN }, stored?.version);
        if (!taken.ok) continue;
        const { version } = taken.stored;
        try {
          await callback();
        } catch (cause) {
          // Without it the next event waits for the end of the lease. The cause is what must be told.
          await write({ state: "failed", until: 0 }, version).catch(() => {});
          throw failed(cause);
        }
        // Refused when the lease ran out meanwhile: then somebody else runs it, and says so.
        await write({ state: "done" }, version);
        return;
      }
    }
  }
}

function failed(cause: unknown): StephooksError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StephooksError(
    "startup-failed",
    `The callback of app.init() failed: ${reason}. It is run again with the next event.`,
    {},
    { cause },
  );
}

function pending(): StephooksError {
  return new StephooksError(
    "startup-pending",
    "The callback of app.init() is still running for this deployment. Try again.",
  );
}
