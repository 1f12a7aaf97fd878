import { isRecord, PortError, type PortErrorCode } from "@stephooks/core";

/**
 * What a failure's name means, first match wins. Names come from the service (without SQS's old
 * `AWS.SimpleQueueService.` prefix), from the SDK, or are codes of Node's network errors.
 */
const codesByName: readonly (readonly [RegExp, PortErrorCode])[] = [
  [
    /^(ProvisionedThroughputExceeded|RequestLimitExceeded|LimitExceeded|TooManyRequests|Throttling|OverLimit)/,
    "throttled",
  ],
  [/Throttl|^SlowDown$|^TransactionConflict|^TransactionInProgress|^ReplicatedWriteConflict/, "throttled"],
  [/^(ResourceNotFound|TableNotFound|QueueDoesNotExist|NonExistentQueue)/, "missing-resource"],
  [/^(AccessDenied|UnrecognizedClient|ExpiredToken|RequestExpired|NotAuthorized|OptInRequired|AuthFailure)/, "denied"],
  [
    /^(InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|MissingAuthenticationToken|InvalidClientTokenId)/,
    "denied",
  ],
  [/^(CredentialsProviderError|TokenProviderError|Kms)/, "denied"],
  [/^(BatchRequestTooLong|ItemCollectionSizeLimitExceeded|RequestEntityTooLarge)/, "too-large"],
  [/^(TimeoutError|AbortError|RequestTimeout|ETIMEDOUT|ESOCKETTIMEDOUT)/, "timeout"],
  [/^(InternalServerError|InternalFailure|InternalError|ServiceUnavailable)/, "unavailable"],
  [/^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_STREAM|ERR_SOCKET)/, "unavailable"],
  [
    /^(Validation|Serialization|Invalid|Missing|Malformed|Unsupported|EmptyBatch|TooManyEntries|BatchEntryIds)/,
    "invalid",
  ],
  [/^(MessageNotInflight|ReceiptHandleIsInvalid|ConditionalCheckFailed|UnknownOperation)/, "invalid"],
];

/** Both services say "too large" under a general name. */
const SIZE_IN_MESSAGE = /size (to update )?has exceeded|must be shorter than|cannot be longer than/i;

/** What is known about a failure of a service call. */
export interface FailureFacts {
  readonly name: string;
  readonly message: string;
  /** Of the HTTP answer, when there was one. */
  readonly status?: number;
}

/**
 * The closed code for a failure. What nothing is known about is `unavailable`: the caller must then assume that the
 * call may have been applied.
 */
export function portErrorCode(facts: FailureFacts): PortErrorCode {
  const byName = codesByName.find(([pattern]) => pattern.test(plainName(facts.name)))?.[1];
  if (byName === "invalid" && SIZE_IN_MESSAGE.test(facts.message)) return "too-large";
  return byName ?? codeByStatus(facts.status);
}

/** Any error thrown by an SDK call as the error ports reject with; the original is its cause. */
export function portErrorFrom(error: unknown, operation: string): PortError {
  if (error instanceof PortError) return error;
  const facts = factsOf(error);
  return new PortError(
    portErrorCode(facts),
    `${operation} failed: ${plainName(facts.name)}: ${facts.message}`,
    { operation, failure: plainName(facts.name), status: facts.status },
    { cause: error },
  );
}

/** The name of a failure as {@link portErrorCode} compares it; empty for what is not an error. */
export function failureName(error: unknown): string {
  return plainName(factsOf(error).name);
}

function factsOf(error: unknown): FailureFacts {
  if (!isRecord(error)) return { name: "UnknownFailure", message: String(error) };
  const metadata = isRecord(error.$metadata) ? error.$metadata : {};
  const status = typeof metadata.httpStatusCode === "number" ? { status: metadata.httpStatusCode } : {};
  return { name: nameOf(error), message: String(error.message), ...status };
}

/** Node's network errors are plain `Error`s that say what happened in `code`. */
function nameOf(error: Readonly<Record<string, unknown>>): string {
  const { name, code } = error;
  const generic = name === "Error" || name === "AggregateError" || typeof name !== "string";
  if (generic && typeof code === "string") return code;
  return typeof name === "string" ? name : "UnknownFailure";
}

function plainName(name: string): string {
  return name.replace(/^AWS\.SimpleQueueService\./, "");
}

function codeByStatus(status: number | undefined): PortErrorCode {
  switch (status) {
    case 400:
    case 404:
      return "invalid";
    case 401:
    case 403:
      return "denied";
    case 413:
      return "too-large";
    case 429:
      return "throttled";
    case undefined:
    default:
      return "unavailable";
  }
}
