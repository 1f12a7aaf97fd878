import { createServer } from "node:http";
import { jsonLogger } from "@stephooks/core";
import { httpFront } from "../http-front.ts";
import { listen } from "../listen.ts";
import { loadHandler } from "../load-handler.ts";
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
  const server = createServer(httpFront({ handler, functionTimeout, logger: jsonLogger() }));
  parent.answerUsage(() => ({ requests: requests.totals() }));
  parent.beforeEnd(async () => {
    server.close();
    server.closeAllConnections();
  });
  const port = await listen(server, settings.port, settings.furtherPorts);
  parent.ready({ url: `http://127.0.0.1:${port}`, port });
});
