import type { AppPorts, ReceivedMessage } from "@stephooks/core";
import type { Render } from "../http/index.ts";
import { failureRecord, stackOf } from "./attempts.ts";
import { runJob } from "./run-job.ts";
import { type Fate, workLines } from "./work-lines.ts";
import type { WorkerDefinition } from "./worker-definition.ts";

/** Processes batches of queues that the app did not make. Attempts and dead letters are the queue's own affair. */
export interface SourceRunner {
  /** As `JobRunner.work`, with the worker that reads the queue. */
  work(worker: WorkerDefinition, batch: readonly ReceivedMessage[], remaining: number): Promise<readonly string[]>;
}

export function createSourceRunner(ports: AppPorts, render: Render): SourceRunner {
  return {
    work: (worker, batch, remaining) =>
      workLines(batch, remaining, {
        // Messages of a standard queue have no order: each is a line of its own.
        lineOf: ({ group, id }) => (group === undefined ? `message ${id}` : `group ${group}`),
        act: (message, limit) => workOne(worker, { message, limit: limit(worker.timeout) }, { ports, render }),
        // The queue is somebody else's: its visibility timeout decides when a message shows again.
        putBack: async () => {},
        clock: ports.clock,
      }),
  };
}

async function workOne(
  worker: WorkerDefinition,
  { limit, message }: { readonly message: ReceivedMessage; readonly limit: number },
  { ports, render }: { readonly ports: AppPorts; readonly render: Render },
): Promise<Fate> {
  const { clock, logger } = ports;
  const { functions, topic } = worker;
  if (limit <= 0) return { kind: "back", seconds: undefined };
  const { id, sentAt = clock.now() } = message;
  const log = (event: string, error: unknown): void => {
    const place = { topic, message: id, receiveCount: message.receiveCount };
    logger.log("error", event, { ...place, ...failureRecord(error), stack: stackOf(error) });
  };
  const outcome = await runJob({
    body: { _id: id, topic, payload: parsed(message.body), jobId: id, _created: new Date(sentAt).toISOString() },
    functions,
    timeout: limit,
    clock,
    render,
    afterwards: log,
  });
  if (outcome.ok) return { kind: "done" };
  log("message of a source failed", outcome.error);
  return { kind: "back", seconds: undefined };
}

/** Other senders may send anything: JSON, or a text. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
