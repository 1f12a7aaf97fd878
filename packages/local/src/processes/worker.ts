import { createAwsClients, sqsQueueSource } from "@stephooks/aws";
import { jsonLogger, systemClock } from "@stephooks/core";
import { loadHandler } from "../load-handler.ts";
import { poll } from "../poller.ts";
import type { PolledQueue } from "../provision-app.ts";
import { countRequests } from "../request-counts.ts";
import { sweepEveryMinute } from "../sweep-every-minute.ts";
import { readSetting, runProcess } from "./parent-link.ts";

interface WorkerSettings {
  readonly bundle: string;
  readonly functionTimeout: number;
  readonly queues: readonly PolledQueue[];
}

await runProcess(async (parent) => {
  const settings: WorkerSettings = JSON.parse(readSetting("STEPHOOKS_LOCAL_WORKER"));
  const requests = countRequests();
  const received = { messages: 0, batches: 0 };
  const handler = await loadHandler(settings.bundle);
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
      logger: jsonLogger(),
      signal: stopping.signal,
      onBatch: (messages) => {
        received.messages += messages;
        received.batches += 1;
      },
    }),
  );
  sweepEveryMinute({ invoke: handler, clock: systemClock, logger: jsonLogger(), signal: stopping.signal });
  parent.answerUsage(() => ({ requests: requests.totals(), received }));
  parent.beforeEnd(async () => {
    stopping.abort();
    await Promise.all(polling);
  });
  parent.ready();
});
