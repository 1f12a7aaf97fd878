import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { getRequestListener, type Http2Bindings, type HttpBindings } from "@hono/node-server";
import { jsonLogger } from "@stephooks/core";
import type { LambdaHandler } from "stephooks";
import { httpApiEvent, httpApiResponse } from "../http-api-event.ts";
import { listen } from "../listen.ts";
import { loadHandler } from "../load-handler.ts";
import { readLimited } from "../read-limited.ts";
import { readTarget } from "../read-target.ts";
import { countRequests } from "../request-counts.ts";
import { readSetting, runProcess } from "./parent-link.ts";

interface HttpSettings {
  readonly bundle: string;
  readonly port: number;
  readonly furtherPorts: number;
  readonly functionTimeout: number;
}

await runProcess(async (parent) => {
  const settings: HttpSettings = JSON.parse(readSetting("STEPHOOKS_LOCAL_HTTP"));
  const { functionTimeout } = settings;
  const requests = countRequests();
  const handler = await loadHandler(settings.bundle);
  // The app shares this process: its Request and Response stay Node's own, as in Lambda.
  const listener = getRequestListener((request, bindings) => answer(request, bindings, { functionTimeout, handler }), {
    overrideGlobalObjects: false,
  });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  parent.answerUsage(() => ({ requests: requests.totals() }));
  parent.beforeEnd(async () => {
    server.close();
    server.closeAllConnections();
  });
  const port = await listen(server, settings.port, settings.furtherPorts);
  parent.ready({ url: `http://127.0.0.1:${port}`, port });
});

async function answer(
  request: Request,
  { incoming }: HttpBindings | Http2Bindings,
  { functionTimeout, handler }: { readonly functionTimeout: number; readonly handler: LambdaHandler },
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
  try {
    return httpApiResponse(await handler(event, { getRemainingTimeInMillis: () => deadline - Date.now() }));
  } catch (error) {
    jsonLogger().log("error", "invocation failed", { path: target.path, reason: String(error) });
    return httpApiResponse(undefined);
  }
}

function refused(status: number, code: string, message: string): Response {
  return Response.json({ error: { code, message } }, { status, headers: { connection: "close" } });
}
