import type { HttpShape, LambdaHttpResult } from "./http-event.ts";

const MEGABYTE = 1_048_576;

/**
 * Bytes of a result as JSON at the most. Lambda takes 6 MB of a function's answer (AWS Lambda quotas, "Invocation payload"),
 * a load balancer 1 MB of that (Elastic Load Balancing, "Lambda functions as targets"). What is more reaches nobody: the
 * client reads a 500 or 502 of the service.
 */
const limits: Readonly<Record<HttpShape, number>> = {
  "http-api": 6 * MEGABYTE,
  "function-url": 6 * MEGABYTE,
  "rest-api": 6 * MEGABYTE,
  "load-balancer": MEGABYTE,
};

/** JSON writes no character in more bytes, and headers of this many characters no service takes. */
const LONGEST_CHARACTER = 6;
const LONGEST_HEADERS = 16_384;

/** The limit that a result exceeds, bytes; undefined when the service passes it on. */
export function exceededLimit(result: LambdaHttpResult, shape: HttpShape): number | undefined {
  const limit = limits[shape];
  // Most answers are small, and to print them once more only to measure them would cost as much as to send them.
  if ((result.body.length + LONGEST_HEADERS) * LONGEST_CHARACTER <= limit) return undefined;
  return Buffer.byteLength(JSON.stringify(result)) > limit ? limit : undefined;
}
