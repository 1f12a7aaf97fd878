import { createAwsClients, sqsQueueSource } from "@stephooks/aws";
import { jsonLogger } from "@stephooks/core";
import { countBatches } from "../batch-count.ts";
import { loadHandler, traceSteps } from "../load-handler.ts";
import { logsAreRead } from "../log-ids.ts";
import { stepLog } from "../log-work.ts";
import { poll } from "../poller.ts";
import type { PolledQueue } from "../provision-app.ts";
import { countRequests } from "../request-counts.ts";
import { readSetting, runProcess } from "./parent-link.ts";

interface WorkerSettings {
  readonly bundle: string;
  readonly functionTimeout: number;
  readonly queues: readonly PolledQueue[];
}

await runProcess(async (parent) => {
  const settings: WorkerSettings = JSON.parse(readSetting("STEPHOOKS_LOCAL_WORKER"));
  const requests = countRequests();
  const received = countBatches();
  const logger = jsonLogger();
  const handler = await loadHandler(settings.bundle);
  if (logsAreRead()) await traceSteps(settings.bundle, stepLog(logger));
  const { sqs } = createAwsClients();
  const stopping = new AbortController();
  const polling = settings.queues.map((queue) =>
    poll({
      source: sqsQueueSource(sqs, queue.url, { signal: stopping.signal }),
      queueArn: queue.arn,
      batchSize: queue.batchSize,
      concurrency: queue.concurrency,
      functionTimeout: settings.functionTimeout,
      invoke: handler,
      logger,
      signal: stopping.signal,
      onBatch: (batch) => received.begin(batch),
    }),
  );
  parent.answer("sweep", async ({ event }) => {
    await handler(event, undefined).catch((error: unknown) => {
      logger.log("warn", "sweep failed", { reason: String(error) });
    });
    return {};
  });
  parent.answer("usage", () => ({ requests: requests.totals(), received: received.totals() }));
  parent.answer("batches", () => received.inHand());
  parent.beforeEnd(async () => {
    stopping.abort();
    await Promise.all(polling);
  });
  parent.ready();
});
