import { randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import { getRequestListener, type Http2Bindings, type HttpBindings } from "@hono/node-server";
import type { Logger } from "@stephooks/core";
import type { LambdaHandler } from "stephooks";
import { httpApiEvent } from "./http-api-event.ts";
import { readLimited } from "./read-limited.ts";
import { readTarget } from "./read-target.ts";
import { receivedAnswer } from "./received-answer.ts";
import { reasonOf, withStrayErrors } from "./stray-errors.ts";

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
  const end = (what: string, reason: string): void => {
    logger.log("error", what, { path: target.path, reason });
    stream.destroy(new Error(what));
  };
  const stray = Promise.withResolvers<Response>();
  const onStray = (error: unknown): void => {
    stray.resolve(refused(500, "uncaught-error", uncaught(error)));
    end("uncaught error", reasonOf(error));
  };
  const invocation = withStrayErrors(onStray, () => handler.streaming(event, stream, context));
  invocation.catch((error: unknown) => end("invocation failed", String(error)));
  const failed = (): Response => Response.json({ message: "Internal Server Error" }, { status: 500 });
  return Promise.race([stray.promise, response.catch(failed)]);
}

function uncaught(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return (
    `${reason} (thrown where no promise of the handler carries it: in a timer or another callback, or in a promise that ` +
    `nothing awaits. Deployed, this ends the whole invocation. Await that work, or catch its error.)`
  );
}

function refused(status: number, code: string, message: string): Response {
  const headers = { connection: "close", "x-stephooks-error": code };
  return Response.json({ error: { code, message } }, { status, headers });
}
