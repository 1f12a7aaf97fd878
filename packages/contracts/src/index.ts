export { type DrivenClock, drivenClock } from "./driven-clock.ts";
export {
  interceptedDocuments,
  interceptedHistory,
  interceptedIndex,
  interceptedJobs,
  interceptedKeyValues,
  interceptedQueue,
  interceptedStore,
  type Interceptor,
  type PortOperation,
} from "./intercepted-ports.ts";
export {
  type MemoryDocumentStore,
  memoryDocumentStore,
  type MemoryDocumentStoreOptions,
} from "./memory-document-store.ts";
export { memoryApiKeyStore } from "./memory-api-key-store.ts";
export { memoryAppPorts } from "./memory-app-ports.ts";
export { memoryBlobStore } from "./memory-blob-store.ts";
export { type MemoryInstanceStore, memoryInstanceStore } from "./memory-instance-store.ts";
export { type HeldJob, type MemoryJobQueue, memoryJobQueue, type MemoryJobQueueOptions } from "./memory-job-queue.ts";
export { memoryKeyValueStore, type MemoryKeyValueStoreOptions } from "./memory-key-value-store.ts";
export { type HeldMessage, type MemoryQueue, memoryQueue, type MemoryQueueOptions } from "./memory-queue.ts";
export { seededRandom } from "./seeded-random.ts";
export { pathPieces, pathTricks } from "./path-tricks.ts";
