import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { getRequestListener, type Http2Bindings, type HttpBindings } from "@hono/node-server";
import type { Logger } from "@stephooks/core";
import type { LambdaHandler } from "stephooks";
import { httpApiEvent } from "./http-api-event.ts";
import { readLimited } from "./read-limited.ts";
import { readTarget } from "./read-target.ts";
import { receivedAnswer } from "./received-answer.ts";

export interface HttpFrontOptions {
  readonly handler: Pick<LambdaHandler, "streaming">;
  /** Seconds a request may take. */
  readonly functionTimeout: number;
  readonly logger: Logger;
}

/**
 * Turns requests into the events of an HTTP API and sends the handler's answers as they are written, as a Function URL
 * that streams does.
 */
export function httpFront(options: HttpFrontOptions): RequestListener {
  // The app shares this process: its Request and Response stay Node's own, as in Lambda.
  const listener = getRequestListener((request, bindings) => answer(request, bindings, options), {
    overrideGlobalObjects: false,
  });
  return (incoming, outgoing) => void listener(incoming, outgoing);
}

async function answer(
  request: Request,
  { incoming }: HttpBindings | Http2Bindings,
  { functionTimeout, handler, logger }: HttpFrontOptions,
): Promise<Response> {
  const target = readTarget(incoming.url ?? "/");
  if (target === undefined) return refused(400, "bad-path", "The path has a percent sign that encodes no character.");
  const body = await readLimited(request);
  // An HTTP API refuses such a request itself; the handler never sees it.
  if (body === undefined) return refused(413, "body-too-large", "The request body exceeds 10 MB.");
  const time = Date.now();
  const event = httpApiEvent({
    request,
    ...target,
    body,
    sourceIp: incoming.socket.remoteAddress ?? "127.0.0.1",
    requestId: randomUUID(),
    time,
  });
  const deadline = time + functionTimeout * 1_000;
  const { response, stream } = receivedAnswer();
  const context = { getRemainingTimeInMillis: () => deadline - Date.now() };
  handler.streaming(event, stream, context).catch((error: unknown) => {
    logger.log("error", "invocation failed", { path: target.path, reason: String(error) });
    stream.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return response.catch(() => Response.json({ message: "Internal Server Error" }, { status: 500 }));
}

function refused(status: number, code: string, message: string): Response {
  const headers = { connection: "close", "x-stephooks-error": code };
  return Response.json({ error: { code, message } }, { status, headers });
}
