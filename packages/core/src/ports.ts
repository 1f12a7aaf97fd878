import type { BlobStore } from "./blob-store.ts";
import type { Clock } from "./clock.ts";
import type { DocumentStore } from "./document-store.ts";
import type { InstanceHistory } from "./instance-history.ts";
import type { InstanceIndex } from "./instance-index.ts";
import type { InstanceStore } from "./instance-store.ts";
import type { JobQueue } from "./job-queue.ts";
import type { KeyValueStore } from "./key-value-store.ts";
import type { Logger } from "./logger.ts";
import type { Random } from "./random.ts";
import type { WorkQueue } from "./work-queue.ts";

/** Everything a host gives the engine. */
export interface Ports {
  readonly instances: InstanceStore;
  readonly index: InstanceIndex;
  readonly history: InstanceHistory;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** Everything a host gives an app: what the engine needs, and the app's own data. */
export interface AppPorts extends Ports {
  readonly documents: DocumentStore;
  readonly keyValues: KeyValueStore;
  /** Absent where the app keeps no files, and has no bucket. */
  readonly blobs?: BlobStore | undefined;
  /** Absent where the app has no workers, and no queue for them. */
  readonly jobs?: JobQueue | undefined;
}
