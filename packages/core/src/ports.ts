import type { Clock } from "./clock.ts";
import type { InstanceIndex } from "./instance-index.ts";
import type { InstanceStore } from "./instance-store.ts";
import type { Logger } from "./logger.ts";
import type { Random } from "./random.ts";
import type { WorkQueue } from "./work-queue.ts";

/** Everything a host gives the engine. */
export interface Ports {
  readonly instances: InstanceStore;
  readonly index: InstanceIndex;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}
