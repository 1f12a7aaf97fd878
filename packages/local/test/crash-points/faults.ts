/** What goes wrong around one request of the run under test. */
export const faultKinds = [
  /** The process dies before the request leaves it. */
  "dies-before",
  /** The process dies after the service did what was asked, before the answer. */
  "dies-after",
  /** The service did it and the connection breaks before the answer, once: the SDK asks again. */
  "answer-lost",
  /** The service does it at every try of the SDK, and no try is answered in time. */
  "timeout",
  /** The service asks to slow down, at every try. */
  "throttled",
  /** The service fails with status 500 before it did anything, at every try. */
  "internal-error",
  /** The visibility timeout ends early and a second worker overtakes this process, which goes on as a zombie. */
  "early-expiry",
  /** The visibility timeout ends early, a second worker reaches its commit, this process commits first and dies. */
  "winner-dies",
  /** The broker holds a second copy of every message that is in flight (at-least-once delivery). */
  "duplicate-delivery",
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  /** 1 is the first request of the run. */
  readonly call: number;
  readonly kind: FaultKind;
}

/** One request of a run. */
export interface Call {
  /** Such as `UpdateItem`. */
  readonly operation: string;
  /** Messages that the broker held when it began. */
  readonly messages: number;
}

const reads: ReadonlySet<string> = new Set(["GetItem", "BatchGetItem", "Query", "GetQueueAttributes"]);

/** Whether a process that sends this must be let through by a rival that waits. */
export function isCommit(operation: string): boolean {
  return operation === "UpdateItem" || operation === "PutItem";
}

/**
 * Whether a fault at this call can differ from all others: what was read is not changed by a lost answer, so a process
 * that dies after a read is one that dies before it; and where the broker holds nothing, nothing is delivered twice.
 */
export function canMatter(kind: FaultKind, { messages, operation }: Call): boolean {
  switch (kind) {
    case "dies-before":
    case "throttled":
    case "internal-error":
      return true;
    case "dies-after":
    case "answer-lost":
    case "timeout":
      return !reads.has(operation);
    case "early-expiry":
    case "winner-dies":
    case "duplicate-delivery":
      return messages > 0;
  }
}

/** An HTTP answer as the SDK's deserializer takes it. */
export interface ServiceAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** "Error handling with DynamoDB" and "Error handling" of the SQS developer guide: what both answer when overloaded. */
export function throttlingAnswer(service: "dynamodb" | "sqs"): ServiceAnswer {
  return service === "dynamodb"
    ? refusal(400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException")
    : refusal(400, "com.amazonaws.sqs#RequestThrottled");
}

export function internalErrorAnswer(service: "dynamodb" | "sqs"): ServiceAnswer {
  return service === "dynamodb"
    ? refusal(500, "com.amazonaws.dynamodb.v20120810#InternalServerError")
    : refusal(500, "com.amazonaws.sqs#InternalFailure");
}

function refusal(statusCode: number, type: string): ServiceAnswer {
  const body = Buffer.from(JSON.stringify({ __type: type, message: "injected" }));
  return { statusCode, headers: { "content-type": "application/x-amz-json-1.0" }, body };
}

/** What Node's HTTP client reports when the service closes a connection without an answer. */
export function brokenConnection(): Error {
  return Object.assign(new Error("socket hang up (injected)"), { code: "ECONNRESET" });
}

/** What the SDK's HTTP handler throws when its request timeout is over. */
export function requestTimeout(): Error {
  return Object.assign(new Error("no answer in time (injected)"), { name: "TimeoutError" });
}
