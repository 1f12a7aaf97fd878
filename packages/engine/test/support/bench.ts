import {
  type DrivenClock,
  drivenClock,
  interceptedHistory,
  interceptedIndex,
  interceptedQueue,
  interceptedStore,
  type Interceptor,
  type MemoryInstanceStore,
  memoryInstanceStore,
  type MemoryQueue,
  memoryQueue,
  type PortOperation,
  seededRandom,
} from "@stephooks/contracts";
import {
  type CreateMessage,
  encodeWorkMessage,
  type ErrorDetails,
  type InstanceHead,
  parseWorkMessage,
  PortError,
  type PortErrorCode,
  type Ports,
  type WorkMessage,
} from "@stephooks/core";
import { createDeadLetterDrain } from "../../src/dead-letters.ts";
import type { DecisionContext } from "../../src/decision.ts";
import { initialHead } from "../../src/initial-head.ts";
import type { ProtocolRules } from "../../src/protocol-rules.ts";
import { startInstance, type StartResult } from "../../src/start-instance.ts";
import { sweep, type SweepReport } from "../../src/sweeper.ts";
import type { TransitionListener } from "../../src/transition-event.ts";
import { createWorker } from "../../src/worker.ts";
import type { WorkflowDefinition } from "../../src/workflow-definition.ts";

/** When every bench's clock begins. */
export const START = Date.UTC(2026, 0, 1);

export const settings = { functionTimeout: 60, visibilityTimeout: 90 } as const;

export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly fields: ErrorDetails;
}

/** One table, one queue with its dead letters, and what happens on them step by step. */
export interface Bench {
  readonly clock: DrivenClock;
  readonly store: MemoryInstanceStore;
  readonly queue: MemoryQueue;
  readonly deadLetters: MemoryQueue;
  readonly ports: Ports;
  readonly lines: readonly LogLine[];
  /** Outside calls so far, in order. */
  readonly calls: readonly PortOperation[];
  start(state?: unknown, id?: string): Promise<StartResult>;
  /** One batch through a worker, deletions included; the ids that must come back. */
  deliver(remaining?: number): Promise<readonly string[]>;
  drain(): Promise<readonly string[]>;
  /** Batches until nothing is left that can be received now. */
  settle(): Promise<void>;
  /** Moves the clock, then settles. */
  pass(milliseconds: number): Promise<void>;
  /** The sweeper's pass of this minute. */
  sweep(): Promise<SweepReport>;
  /** Puts a message in, as it is, to be received now. */
  inject(message: WorkMessage): void;
  /** The stored head; it must exist. */
  head(id: string): InstanceHead;
  /** What the queue holds: each message with the seconds until it can be received. */
  held(): readonly { readonly message: WorkMessage; readonly seconds: number }[];
}

export interface BenchOptions {
  readonly intercept?: Interceptor;
  readonly rules?: ProtocolRules;
  readonly listener?: TransitionListener;
}

export function bench(
  workflows: WorkflowDefinition | readonly WorkflowDefinition[],
  options: BenchOptions = {},
): Bench {
  const list = [workflows].flat();
  const definitions = new Map(list.map((workflow) => [workflow.name, workflow]));
  const clock = drivenClock(START);
  const store = memoryInstanceStore(clock);
  const deadLetters = memoryQueue({ clock, visibilityTimeout: 90 });
  const queue = memoryQueue({ clock, visibilityTimeout: 90, maxReceiveCount: 10, deadLetters });
  const lines: LogLine[] = [];
  const calls: PortOperation[] = [];
  const intercept: Interceptor = (operation, perform) => {
    calls.push(operation);
    return options.intercept ? options.intercept(operation, perform) : perform();
  };
  const ports: Ports = {
    instances: interceptedStore(store, intercept),
    index: interceptedIndex(store.index, intercept),
    history: interceptedHistory(store.history, intercept),
    queue: interceptedQueue(queue, intercept),
    clock,
    random: seededRandom(1),
    logger: { log: (level, event, fields = {}) => void lines.push({ level, event, fields }) },
  };
  const worker = createWorker({ ports, definitions, settings, ...options });
  const deliver = async (remaining = 58_000): Promise<readonly string[]> => {
    const batch = await queue.receive(10, 0);
    const kept = await worker.work(batch, remaining);
    await queue.remove(batch.filter(({ id }) => !kept.includes(id)).map(({ receipt }) => receipt));
    return kept;
  };
  const settle = async (): Promise<void> => {
    while (queue.messages().some(({ visibleAt }) => visibleAt <= clock.now())) await deliver();
  };
  return {
    clock,
    store,
    queue,
    deadLetters,
    ports,
    lines,
    calls,
    start: (state = {}, id) => startInstance({ workflow: first(list), state, ...(id ? { id } : {}) }, ports),
    deliver,
    settle,
    pass: async (milliseconds) => {
      clock.advance(milliseconds);
      await settle();
    },
    sweep: () => sweep(clock.now(), ports, settings),
    inject: (message) => queue.inject(encodeWorkMessage(message)),
    drain: async () => {
      const batch = await deadLetters.receive(10, 0);
      const kept = await createDeadLetterDrain({ ports, definitions, ...options }).drain(batch);
      await deadLetters.remove(batch.filter(({ id }) => !kept.includes(id)).map(({ receipt }) => receipt));
      return kept;
    },
    head: (id) => first(store.heads().filter((head) => head.id === id)),
    held: () =>
      queue.messages().map(({ body, visibleAt }) => {
        const parsed = parseWorkMessage(body);
        if (!parsed.ok) throw new TypeError(parsed.reason);
        return { message: parsed.message, seconds: (visibleAt - clock.now()) / 1_000 };
      }),
  };
}

/** Fails the given calls (1 is the first of that operation) before they take effect, or after. */
export function failing(
  operation: PortOperation,
  calls: readonly number[],
  code: PortErrorCode = "throttled",
  when: "before" | "after" = "before",
): Interceptor {
  let count = 0;
  return async (called, perform) => {
    if (called !== operation) return perform();
    count += 1;
    if (!calls.includes(count)) return perform();
    if (when === "after") await perform();
    throw new PortError(code, `injected: ${operation} number ${count}`);
  };
}

/** Settles when nothing is left that can run without the clock moving. */
export function everythingThatCan(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function createMessage(changes: Partial<CreateMessage> = {}): CreateMessage {
  return {
    kind: "create",
    instance: "order-1",
    startId: "start-1",
    workflow: "orders",
    step: "begin",
    createdAt: START,
    state: new Map(),
    ...changes,
  };
}

export function headWith(changes: Partial<InstanceHead> = {}): InstanceHead {
  return { ...initialHead(createMessage()), ...changes };
}

export function context(changes: Partial<DecisionContext> = {}): DecisionContext {
  return { now: START, receiveCount: 1, ...settings, knowsStep: () => true, ...changes };
}

function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new TypeError("nothing there");
  return item;
}
