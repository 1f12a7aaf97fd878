import { once } from "node:events";
import { isRecord } from "@stephooks/core";

/**
 * Where a streaming handler writes: what Lambda gives it as its second argument. It looks like a Writable and is none
 * (runtime interface client 3.3), so only these members are used.
 */
export interface LambdaResponseStream extends NodeJS.EventEmitter {
  setContentType(type: string): void;
  write(chunk: Uint8Array | string): boolean;
  end(): void;
  destroy(error?: Error): unknown;
  readonly destroyed: boolean;
  readonly writableFinished: boolean;
}

/** A handler that streams: event, response stream, context. */
export type StreamingHandler = (event: unknown, stream: LambdaResponseStream, context?: unknown) => Promise<void>;

/** Media type of a stream that begins with status and headers as JSON and eight zero bytes (AWS Lambda, "Response streaming"). */
const preludeType = "application/vnd.awslambda.http-integration-response";

const afterPrelude = new Uint8Array(8);

/**
 * Tells Lambda's runtime that this handler streams, as `awslambda.streamifyResponse` does; elsewhere it stays as it
 * is. Without the mark the runtime would call it with a callback in the stream's place.
 */
export function streamified(handler: StreamingHandler): StreamingHandler {
  const runtime: unknown = Reflect.get(globalThis, "awslambda");
  const streamify: unknown = isRecord(runtime) ? runtime["streamifyResponse"] : undefined;
  if (typeof streamify === "function") Reflect.apply(streamify, runtime, [handler]);
  return handler;
}

/** Sends a response as a Function URL in the mode RESPONSE_STREAM reads it. Rejects when its body breaks off. */
export async function streamResponse(response: Response, stream: LambdaResponseStream): Promise<void> {
  stream.setContentType(preludeType);
  stream.write(JSON.stringify(preludeOf(response)));
  stream.write(afterPrelude);
  for await (const chunk of response.body ?? []) {
    // One that was destroyed before tells of it no more.
    if (!stream.write(chunk) && !stream.destroyed) await drained(stream);
    // Nobody reads any more: leaving the loop cancels the body.
    if (stream.destroyed) return;
  }
  stream.end();
}

/** Sends what Lambda would have returned for an event that is no HTTP request. */
export function streamResult(result: unknown, stream: LambdaResponseStream): void {
  stream.setContentType("application/json");
  stream.write(JSON.stringify(result ?? null));
  stream.end();
}

function preludeOf({ headers, status }: Response): object {
  const cookies = headers.getSetCookie();
  const others = [...headers].filter(([name]) => name !== "set-cookie");
  return { statusCode: status, headers: Object.fromEntries(others), ...(cookies.length > 0 && { cookies }) };
}

async function drained(stream: LambdaResponseStream): Promise<void> {
  const left = new AbortController();
  try {
    await Promise.race(["drain", "close", "error"].map((event) => once(stream, event, { signal: left.signal })));
  } finally {
    left.abort();
  }
}
