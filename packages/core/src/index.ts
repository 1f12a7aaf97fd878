export { type ApiKey, type ApiKeyStore, isSha256, type StoredApiKey } from "./api-key-store.ts";
export type {
  AppManifest,
  CronManifest,
  FilesManifest,
  RouteHook,
  RouteManifest,
  WorkerManifest,
  WorkflowManifest,
} from "./app-manifest.ts";
export {
  assertBlobPath,
  type BlobContent,
  type BlobInfo,
  type BlobStore,
  type ByteRange,
  MAX_BLOB_PATH_BYTES,
} from "./blob-store.ts";
export { branchId, type BranchRef, parseBranchId } from "./branch-id.ts";
export { type Clock, systemClock } from "./clock.ts";
export { CodedError, type ErrorDetails, isCodedError } from "./coded-error.ts";
export { assertCollection, assertDocumentId, assertKeyPlace } from "./document-names.ts";
export {
  type CollectionDefinition,
  type DefinitionChange,
  type DocumentListing,
  type DocumentRange,
  type DocumentRemoval,
  type DocumentResult,
  type DocumentStore,
  type DocumentWrite,
  type FieldValue,
  MAX_COLLECTION_BYTES,
  MAX_DOCUMENT_ID_BYTES,
  MAX_FIELDS,
  type StoredDocument,
} from "./document-store.ts";
export { type Duration, parseDuration } from "./duration.ts";
export { causesOf } from "./error-causes.ts";
export { fieldValues, type FieldValues } from "./field-values.ts";
export {
  applyHeadUpdate,
  assertFanOut,
  assertStorableUpdate,
  applyStateWrite,
  type ClearableField,
  type HeadCondition,
  type HeadUpdate,
  type ListGroup,
  listGroupOf,
  type ListPlace,
  meetsCondition,
  type MutableHead,
  type StateWrite,
} from "./head-update.ts";
export {
  type AppliedCommand,
  type BranchResult,
  COMMANDS_LENGTH,
  ENDED_PAUSES_LENGTH,
  type EndedPause,
  type ErrorRecord,
  expiryOf,
  hasEnded,
  type HeadStatus,
  HISTORY_CHUNK,
  HISTORY_LENGTH,
  type HistoryEntry,
  type HistoryOutcome,
  historyOutcomes,
  type InstanceHead,
  type InstanceStatus,
  type Join,
  type RecordedChange,
  type StepCount,
  isExpired,
} from "./instance-head.ts";
export type { InstanceHistory } from "./instance-history.ts";
export {
  DUE_SHARDS,
  type DueEntry,
  dueShard,
  type InstanceIndex,
  type ListPage,
  type ListQuery,
} from "./instance-index.ts";
export type { AppliedWrite, InstanceStore, WriteResult } from "./instance-store.ts";
export {
  assertJobSize,
  deathKey,
  encodeDeadJob,
  encodeJob,
  isNewerJob,
  jobKey,
  jobLane,
  parseDeadJob,
  parseJob,
  type ParsedJob,
} from "./job-codec.ts";
export { type DeadJob, type Job, type JobQueue, MAX_JOB_BYTES, type OutgoingJob } from "./job-queue.ts";
export { isRecord, type JsonObject, type JsonValue } from "./json-value.ts";
export {
  type AddResult,
  type KeyPlace,
  type KeyValueEntry,
  type KeyValueStore,
  MAX_KEY_BYTES,
  MAX_KEYSPACE_BYTES,
} from "./key-value-store.ts";
export { longestTimeout } from "./longest-timeout.ts";
export { isLogLevel, jsonLogger, type Logger, type LogLevel, silentLogger } from "./logger.ts";
export { orderedIds } from "./ordered-ids.ts";
export { PortError, type PortErrorCode } from "./port-error.ts";
export type { AppPorts, Ports } from "./ports.ts";
export { type Random, randomHex, systemRandom } from "./random.ts";
export {
  defaultRetryPolicy,
  RETRY_RULE,
  retryDelay,
  type RetryOptions,
  retryPolicy,
  type RetryPolicy,
} from "./retry-policy.ts";
export { decodeState, type EncodedState, encodeState, parseEntry, type StateEntries } from "./state-entries.ts";
export { StateError, type StateErrorCode } from "./state-error.ts";
export { assertStorableSize, MAX_STORED_BYTES, stateBytes } from "./state-size.ts";
export { parseTick, tickBody, type TickMessage } from "./tick-message.ts";
export type {
  BranchMessage,
  CommandMessage,
  CommandName,
  CreateMessage,
  UnpauseMessage,
  WakeMessage,
  WorkMessage,
} from "./work-message.ts";
export { encodeWorkMessage, isInstanceId, parseWorkMessage, type ParsedMessage } from "./work-message-codec.ts";
export {
  MAX_DELAY_SECONDS,
  type OutgoingMessage,
  type QueueSource,
  type ReceivedMessage,
  type WorkQueue,
} from "./work-queue.ts";
