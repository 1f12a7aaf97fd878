import { jsonLogger } from "@stephooks/core";
import { httpFront } from "../http-front.ts";
import { loadHandler } from "../load-handler.ts";
import { countRequests } from "../request-counts.ts";
import { startServer } from "../retiring-server.ts";
import { readSetting, runProcess } from "./parent-link.ts";

interface HttpSettings {
  readonly bundle: string;
  /** Where the stack listens, and this process's successor is reached. */
  readonly port: number;
  readonly functionTimeout: number;
}

await runProcess(async (parent) => {
  const settings: HttpSettings = JSON.parse(readSetting("STEPHOOKS_LOCAL_HTTP"));
  const { functionTimeout } = settings;
  const requests = countRequests();
  const handler = await loadHandler(settings.bundle);
  const server = await startServer(httpFront({ handler, functionTimeout, logger: jsonLogger() }));
  parent.answerUsage(() => ({ requests: requests.totals() }));
  parent.beforeEnd(async () => server.closeAll());
  parent.beforeRetirement(() => server.retire(settings.port));
  parent.ready({ port: server.port });
});
