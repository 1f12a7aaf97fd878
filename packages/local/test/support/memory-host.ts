import { drivenClock, memoryDocumentStore, memoryInstanceStore, memoryQueue, seededRandom } from "@stephooks/contracts";
import { type Logger, silentLogger } from "@stephooks/core";
import type { LambdaHandler } from "stephooks";
import { createHost, type Host, type HostSettings } from "stephooks/host";

export interface MemoryHostOptions {
  /** Open by default. */
  readonly access?: HostSettings["http"]["access"];
  readonly logger?: Logger;
}

/** The app behind `handler` on memory ports. */
export function memoryHost(
  handler: LambdaHandler,
  { access = { mode: "open" }, logger = silentLogger }: MemoryHostOptions = {},
): Host {
  const clock = drivenClock(Date.UTC(2026, 0, 1));
  const random = seededRandom(1);
  const store = memoryInstanceStore();
  const ports = {
    instances: store,
    index: store.index,
    queue: memoryQueue({ clock, visibilityTimeout: 90 }),
    documents: memoryDocumentStore({ clock, random }),
    clock,
    random,
    logger,
  };
  return createHost(handler, ports, {
    engine: { functionTimeout: 60, visibilityTimeout: 90 },
    http: { access, space: "dev" },
    deadLetterArn: "arn:aws:sqs:us-east-1:000000000000:steps-dead",
  });
}
