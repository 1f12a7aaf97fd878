/** Causes of one error that are told at the most: they may be linked in a circle. */
const MAX_CAUSES = 5;

/**
 * What stands below an error's own stack: `caused by` and the stack of its cause, and so on; empty without a cause. `fetch
 * failed` says why only there. Reads what the error has, so it throws what a getter throws.
 */
export function causesOf(error: Error): string {
  let text = "";
  let cause: unknown = error.cause;
  for (let depth = 0; depth < MAX_CAUSES && (cause instanceof Error || typeof cause === "string"); depth++) {
    text += `\ncaused by ${typeof cause === "string" ? cause : stackOf(cause)}`;
    cause = typeof cause === "string" ? undefined : cause.cause;
  }
  return text;
}

/** Anybody may overwrite a stack with anything. */
function stackOf({ message, name, stack }: Error): string {
  return typeof stack === "string" ? stack : `${name}: ${message}`;
}
