import { randomUUID } from "node:crypto";
import { type HttpBindings, serve } from "@hono/node-server";
import { httpApiEvent, httpApiResponse } from "../http-api-event.ts";
import { loadHandler } from "../load-handler.ts";
import { readLimited } from "../read-limited.ts";
import { readTarget } from "../read-target.ts";
import { countRequests } from "../request-counts.ts";
import { answerUsage, endWithParent, readSetting, reportReady } from "./parent-link.ts";

interface HttpSettings {
  readonly bundle: string;
  readonly port: number;
  readonly functionTimeout: number;
}

const settings: HttpSettings = JSON.parse(readSetting("STEPHOOKS_LOCAL_HTTP"));
const requests = countRequests();
const handler = await loadHandler(settings.bundle);

async function answer(request: Request, { incoming }: HttpBindings): Promise<Response> {
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
  const deadline = time + settings.functionTimeout * 1_000;
  return httpApiResponse(await handler(event, { getRemainingTimeInMillis: () => deadline - Date.now() }));
}

function refused(status: number, code: string, message: string): Response {
  return Response.json({ error: { code, message } }, { status, headers: { connection: "close" } });
}

// The signature of node-server's fetch names its bindings as unknown; they are those of an HTTP/1 server here.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const server = serve(
  {
    fetch: (request, bindings) => answer(request, bindings as HttpBindings),
    port: settings.port,
    hostname: "127.0.0.1",
  },
  (address) => reportReady({ url: `http://127.0.0.1:${address.port}`, port: address.port }),
);

answerUsage(() => ({ requests: requests.totals() }));
endWithParent(
  () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      if ("closeAllConnections" in server) server.closeAllConnections();
    }),
);
