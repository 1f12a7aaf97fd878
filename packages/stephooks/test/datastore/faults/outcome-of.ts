import { PortError } from "@stephooks/core";
import type { Outcome } from "./counted-calls.ts";

/** What a caller can know about its call. `dead` settles when the caller's process has died. */
export async function outcomeOf(call: Promise<unknown>, dead: Promise<void>): Promise<Outcome> {
  const died = dead.then((): Outcome => ({ kind: "failed", code: "died", mayHaveCounted: true }));
  return Promise.race([
    died,
    call.then(
      (value): Outcome => ({ kind: "succeeded", value }),
      (error: unknown): Outcome => ({
        kind: "failed",
        code: codeOf(error),
        mayHaveCounted: error instanceof PortError && error.mayHaveApplied,
      }),
    ),
  ]);
}

/** An error without a code is a fault of its own. */
function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  throw error;
}
