import { type AppPorts, type Logger, silentLogger } from "@stephooks/core";
import { drivenClock } from "./driven-clock.ts";
import { memoryDocumentStore } from "./memory-document-store.ts";
import { memoryInstanceStore } from "./memory-instance-store.ts";
import { memoryJobQueue } from "./memory-job-queue.ts";
import { memoryKeyValueStore } from "./memory-key-value-store.ts";
import { memoryQueue } from "./memory-queue.ts";
import { seededRandom } from "./seeded-random.ts";

/** Everything an app needs, in memory, on a clock that stands still: for whoever looks at none of it. */
export function memoryAppPorts(logger: Logger = silentLogger): AppPorts {
  const clock = drivenClock();
  const random = seededRandom(1);
  const store = memoryInstanceStore(clock);
  return {
    instances: store,
    index: store.index,
    history: store.history,
    queue: memoryQueue({ clock, visibilityTimeout: 90 }),
    documents: memoryDocumentStore({ clock, random }),
    jobs: memoryJobQueue({ clock, visibilityTimeout: 90 }),
    keyValues: memoryKeyValueStore({ clock }),
    clock,
    random,
    logger,
  };
}
