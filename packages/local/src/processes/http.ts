import { jsonLogger } from "@stephooks/core";
import type { LambdaHandler } from "stephooks";
import { withDevControl } from "../dev-control.ts";
import { httpFront } from "../http-front.ts";
import { loadControl, loadHandler } from "../load-handler.ts";
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
  const { handler, settled } = withCount(await loadHandler(settings.bundle));
  const front = httpFront({ handler, functionTimeout, logger: jsonLogger() });
  const server = await startServer(withDevControl(front, await loadControl(settings.bundle)));
  parent.answerUsage(() => ({ requests: requests.totals() }));
  parent.beforeEnd(async () => server.closeAll());
  parent.beforeRetirement(async () => {
    await server.retire(settings.port);
    await settled();
  });
  parent.ready({ port: server.port });
});

/** The handler, and when nothing of it runs any more: an invocation goes on after its answer is complete. */
function withCount({ streaming }: Pick<LambdaHandler, "streaming">) {
  const running = new Set<Promise<void>>();
  const counted: LambdaHandler["streaming"] = async (event, stream, context) => {
    const invocation = streaming(event, stream, context);
    running.add(invocation);
    try {
      await invocation;
    } finally {
      running.delete(invocation);
    }
  };
  return { handler: { streaming: counted }, settled: async () => void (await Promise.allSettled(running)) };
}
