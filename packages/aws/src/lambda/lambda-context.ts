import { isRecord } from "@stephooks/core";
import { MAX_FUNCTION_TIMEOUT } from "../resources/index.ts";
import { textIn } from "./event-record.ts";

/** What we read of the context Lambda hands to a handler beside the event. */
export interface LambdaContext {
  /** Milliseconds until Lambda stops the invocation. */
  getRemainingTimeInMillis(): number;
  readonly awsRequestId: string | undefined;
  readonly functionName: string | undefined;
}

/**
 * Reads a handler's second argument. A host or test that passes none, or one without a clock, has as much time as the
 * longest function, at every call.
 */
export function readLambdaContext(context: unknown): LambdaContext {
  const fields = isRecord(context) ? context : {};
  return {
    getRemainingTimeInMillis: () => remaining(context) ?? MAX_FUNCTION_TIMEOUT * 1_000,
    awsRequestId: textIn(fields, "awsRequestId"),
    functionName: textIn(fields, "functionName"),
  };
}

function remaining(context: unknown): number | undefined {
  if (!hasClock(context)) return undefined;
  const milliseconds = context.getRemainingTimeInMillis();
  return typeof milliseconds === "number" && Number.isFinite(milliseconds) ? milliseconds : undefined;
}

function hasClock(context: unknown): context is { getRemainingTimeInMillis(): unknown } {
  return isRecord(context) && typeof context["getRemainingTimeInMillis"] === "function";
}
