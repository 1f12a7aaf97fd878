import {
  type DrivenClock,
  drivenClock,
  interceptedDocuments,
  interceptedHistory,
  interceptedIndex,
  interceptedKeyValues,
  interceptedQueue,
  interceptedStore,
  type Interceptor,
  type MemoryDocumentStore,
  memoryDocumentStore,
  type MemoryInstanceStore,
  memoryInstanceStore,
  memoryKeyValueStore,
  type MemoryQueue,
  memoryQueue,
  seededRandom,
} from "@stephooks/contracts";
import { isRecord, type Logger, silentLogger } from "@stephooks/core";
import { expect } from "vitest";
import { PassThrough } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { createHost, type LambdaHandler } from "../../src/host/index.ts";
import { httpEvent, type SentRequest, sqsEvent } from "./lambda-events.ts";

export const stepQueueArn = "arn:aws:sqs:eu-central-1:123456789012:steps";
export const deadLetterArn = "arn:aws:sqs:eu-central-1:123456789012:steps-dead";

/** When every world's clock begins. */
export const START = Date.UTC(2026, 0, 1);

/** A result of Lambda with its body read. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** As returned to the service in front. */
  readonly result: Readonly<Record<string, unknown>>;
}

/** An app on memory ports, with the event source mapping's part played by the test. */
export interface AppWorld {
  readonly clock: DrivenClock;
  readonly store: MemoryInstanceStore;
  readonly documents: MemoryDocumentStore;
  readonly queue: MemoryQueue;
  readonly deadLetters: MemoryQueue;
  /** Timers of the host's clock that are neither fired nor cancelled. */
  timers(): number;
  handle(event: unknown, context?: unknown): Promise<unknown>;
  /** What the handler that streams sends for an event. */
  streamed(event: unknown): Promise<string>;
  /** The handler that streams, begun; its client reads what is given back, and may leave. */
  connect(event: unknown, context?: unknown): { readonly stream: PassThrough; readonly settled: Promise<void> };
  /** An HTTP event through the handler that streams, read as a Function URL reads it. */
  stream(event: unknown): Promise<StreamedAnswer>;
  /** One request through an HTTP API. */
  ask(method: string, path: string, body?: unknown, headers?: SentRequest["headers"]): Promise<Answer>;
  /** One batch of the step queue: what the app does not report as failed is deleted. Answers the batch's size. */
  deliver(context?: unknown): Promise<number>;
  /** Delivers until the queue is empty; the clock moves to the next message where all are delayed. */
  run(): Promise<void>;
}

export interface StreamedAnswer {
  readonly status: number;
  readonly headers: unknown;
  readonly body: unknown;
}

export interface WorldOptions {
  readonly logger?: Logger;
  readonly intercept?: Interceptor;
}

export function appWorld(handler: LambdaHandler, options: WorldOptions = {}): AppWorld {
  const timers = new Set<object>();
  const clock = watchedClock(timers);
  const store = memoryInstanceStore(clock);
  const documents = memoryDocumentStore({ clock, random: seededRandom(2) });
  const keyValues = memoryKeyValueStore({ clock });
  const deadLetters = memoryQueue({ clock, visibilityTimeout: 90 });
  const queue = memoryQueue({ clock, visibilityTimeout: 90, maxReceiveCount: 3, deadLetters });
  const intercept: Interceptor = options.intercept ?? ((_operation, perform) => perform());
  const ports = {
    instances: interceptedStore(store, intercept),
    documents: interceptedDocuments(documents, intercept),
    keyValues: interceptedKeyValues(keyValues, intercept),
    index: interceptedIndex(store.index, intercept),
    history: interceptedHistory(store.history, intercept),
    queue: interceptedQueue(queue, intercept),
    clock,
    random: seededRandom(1),
    logger: options.logger ?? silentLogger,
  };
  const host = createHost(handler, ports, {
    engine: { functionTimeout: 60, visibilityTimeout: 90 },
    http: { access: { mode: "open" }, space: "dev" },
    deadLetterArn,
  });
  const deliver = async (context?: unknown): Promise<number> => {
    const batch = await queue.receive(10, 0);
    if (batch.length === 0) return 0;
    const failed = failedIds(await host.handle(sqsEvent(batch, stepQueueArn), context));
    await queue.remove(batch.filter(({ id }) => !failed.includes(id)).map(({ receipt }) => receipt));
    return batch.length;
  };
  const streamed = async (event: unknown): Promise<string> => {
    const stream = Object.assign(new PassThrough(), { setContentType: () => {} });
    const sent = textOf(stream);
    await host.stream(event, stream);
    return sent;
  };
  const connect: AppWorld["connect"] = (event, context) => {
    const stream = Object.assign(new PassThrough(), { setContentType: () => {} });
    return { stream, settled: host.stream(event, stream, context) };
  };
  return {
    clock,
    store,
    documents,
    queue,
    deadLetters,
    streamed,
    connect,
    stream: async (event) => {
      const [head = "", body = ""] = (await streamed(event)).split("\0".repeat(8));
      const { headers, statusCode }: Record<string, unknown> = JSON.parse(head);
      return { status: Number(statusCode), headers, body: parsed(body) };
    },
    timers: () => timers.size,
    handle: (event, context) => host.handle(event, context),
    ask: async (method, path, body, headers) =>
      answerOf(await host.handle(httpEvent({ method, path, body, ...(headers ? { headers } : {}) }))),
    deliver,
    run: async () => {
      while (queue.messages().length > 0) {
        const next = Math.min(...queue.messages().map(({ visibleAt }) => visibleAt));
        clock.advance(Math.max(0, next - clock.now()));
        await deliver();
      }
    },
  };
}

/** A driven clock that keeps its open timers in `open`. */
function watchedClock(open: Set<object>): DrivenClock {
  const clock = drivenClock(START);
  return {
    ...clock,
    timer: (milliseconds, fire) => {
      const timer = {};
      open.add(timer);
      const cancel = clock.timer(milliseconds, () => {
        open.delete(timer);
        fire();
      });
      return () => {
        open.delete(timer);
        cancel();
      };
    },
  };
}

/** A result of any HTTP shape, its body parsed where it is JSON. */
export function answerOf(result: unknown): Answer {
  if (!isRecord(result)) throw new TypeError("no HTTP result");
  const { body, isBase64Encoded, statusCode } = result;
  const text = Buffer.from(String(body), isBase64Encoded === true ? "base64" : "utf8").toString();
  return { status: Number(statusCode), body: parsed(text), result };
}

/** The ids a batch's result wants back. */
export function failedIds(result: unknown): readonly string[] {
  const failures = isRecord(result) ? result["batchItemFailures"] : undefined;
  if (!Array.isArray(failures)) throw new TypeError("no batch result");
  return failures.map((failure: { readonly itemIdentifier: string }) => failure.itemIdentifier);
}

/** The field `name` of an answer's body. */
export function field(answer: Answer, name: string): unknown {
  return isRecord(answer.body) ? answer.body[name] : undefined;
}

/** An error answer as one word to compare: `404 no-route`. */
export function refusalOf(answer: Answer): string {
  const error = field(answer, "error");
  return `${answer.status} ${isRecord(error) ? String(error["code"]) : "without a code"}`;
}

/** An error with this code. */
export const coded = (code: string): unknown => expect.objectContaining({ code });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
