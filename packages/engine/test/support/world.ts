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
import { type InstanceStore, PortError, type Ports, type Random, silentLogger } from "@stephooks/core";
import { createDeadLetterDrain } from "../../src/dead-letters.ts";
import type { EngineSettings } from "../../src/engine-settings.ts";
import type { ProtocolRules } from "../../src/protocol-rules.ts";
import { startInstance } from "../../src/start-instance.ts";
import type { StepFunction } from "../../src/step-function.ts";
import { sweep } from "../../src/sweeper.ts";
import { Observations } from "./observations.ts";
import { never, Process } from "./process.ts";
import { createWorker } from "../../src/worker.ts";
import { defineWorkflow, type WorkflowDefinition } from "../../src/workflow-definition.ts";
import type { WorkflowOptions } from "../../src/workflow-options.ts";

/** What goes wrong around one outside call. */
export const faultKinds = [
  /** The process dies before the call leaves it. */
  "kill-before",
  /** The process dies after the call took effect. */
  "kill-after",
  /** The call takes effect and an error is reported. */
  "commit-then-error",
  /** The call takes no effect and an error is reported. */
  "error",
  /** The visibility timeout ends early and a second worker overtakes this one, which goes on as a zombie. */
  "early-expiry",
  /** The visibility timeout ends early; a second worker reaches its commit; this one commits first and dies. */
  "winner-dies",
  /** The broker holds a second copy of every message that is in flight. */
  "duplicate-delivery",
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  /** 1 is the first outside call of the run. */
  readonly call: number;
  readonly kind: FaultKind;
}

export interface WorldOptions {
  readonly faults?: readonly Fault[];
  /** Deliberately wrong engines replace one of these. */
  readonly rules?: ProtocolRules;
  readonly wrapStore?: (store: InstanceStore) => InstanceStore;
  readonly start?: typeof startInstance;
}

const settings: EngineSettings = { functionTimeout: 60, visibilityTimeout: 90 };

/** Rounds after which a run that still has messages is called stuck. */
const MAX_ROUNDS = 200;

/** One table, one queue, its dead letters, workers and clients as processes that can die at any outside call. */
export class World {
  readonly clock: DrivenClock = drivenClock();
  readonly random: Random = seededRandom(7);
  readonly store: MemoryInstanceStore = memoryInstanceStore();
  readonly deadLetters: MemoryQueue = memoryQueue({ clock: this.clock, visibilityTimeout: 90 });
  readonly queue: MemoryQueue = memoryQueue({
    clock: this.clock,
    visibilityTimeout: settings.visibilityTimeout,
    maxReceiveCount: 10,
    deadLetters: this.deadLetters,
  });
  readonly definitions = new Map<string, WorkflowDefinition>();
  readonly observed = new Observations(this.store, [this.queue, this.deadLetters], this.clock);
  /** Every outside call in the order it happened; nobody lists them by hand. */
  readonly calls: PortOperation[] = [];
  highestReceiveCount = 0;
  /** Reports of children that reached a worker. */
  reports = 0;
  faultsFired = 0;
  readonly #options: WorldOptions;
  readonly #background: Promise<boolean>[] = [];

  constructor(options: WorldOptions = {}) {
    this.#options = options;
  }

  define(name: string, steps: Record<string, StepFunction>, options?: WorkflowOptions): WorkflowDefinition {
    const counted = Object.fromEntries(
      Object.entries(steps).map(([step, run]): [string, StepFunction] => [
        step,
        (state, goto, wait, context) => {
          this.observed.began(context);
          return run(state, goto, wait, context);
        },
      ]),
    );
    const definition = defineWorkflow(name, name, counted, options);
    this.definitions.set(name, definition);
    return definition;
  }

  /** A client process; undefined when it died or got an error. */
  async client<Result>(
    act: (ports: Ports, start: typeof startInstance) => Promise<Result>,
  ): Promise<Result | undefined> {
    const process = new Process();
    const acting = act(this.#ports(process), this.#options.start ?? startInstance).catch(() => undefined);
    return Promise.race([acting, process.died.then(() => undefined)]);
  }

  /** Delivers until nothing is left. False when the run is stuck. */
  async settle(): Promise<boolean> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      await Promise.all(this.#background.splice(0));
      if (await this.deliver()) continue;
      if (await this.drainDeadLetters()) continue;
      const held = [...this.queue.messages(), ...this.deadLetters.messages()];
      const sweepAt = this.#nextSweep();
      const next = Math.min(...held.map((message) => message.visibleAt), sweepAt);
      if (next === Infinity) return true;
      this.clock.advance(Math.max(1, next - this.clock.now()));
      if (next === sweepAt) await this.sweep();
    }
    return false;
  }

  /**
   * The sweeper runs for long waits only: what it could repair beside them must not need it (I20). It runs for the
   * minute that serves the earliest wait.
   */
  #nextSweep(): number {
    const waits = this.store.heads().flatMap(({ deadline, dueAt, indexedAt, status }) => {
      const isWait = status === "waiting" || status === "timer";
      return isWait && indexedAt !== undefined && (indexedAt === dueAt || indexedAt === deadline) ? [indexedAt] : [];
    });
    const earliest = Math.min(...waits);
    if (earliest === Infinity || this.queue.messages().length > 0) return Infinity;
    // Its own pass, or when that pass was lost, the first late one.
    const own = Math.floor(earliest / 60_000) * 60_000 - 60_000;
    return own > this.clock.now()
      ? own
      : Math.max(this.clock.now() + 1, Math.ceil(earliest / 60_000) * 60_000 + 6 * 60_000);
  }

  async sweep(): Promise<void> {
    const process = new Process();
    const swept = sweep(this.clock.now(), this.#ports(process), settings).catch(() => undefined);
    await Promise.race([swept, process.died]);
  }

  /** One batch through one worker process. False when nothing was visible. */
  async deliver(process: Process = new Process()): Promise<boolean> {
    const batch = await this.queue.receive(10, 0);
    if (batch.length === 0) process.reachCommit();
    if (batch.length === 0) return false;
    this.reports += batch.filter((received) => received.body.includes('"q":"r"')).length;
    this.highestReceiveCount = Math.max(this.highestReceiveCount, ...batch.map((received) => received.receiveCount));
    const { rules } = this.#options;
    const ports = this.#ports(process);
    const worker = createWorker({ ports, definitions: this.definitions, settings, ...(rules ? { rules } : {}) });
    const failed = await Promise.race([worker.work(batch, 58_000), process.died.then(() => undefined)]);
    process.reachCommit();
    if (failed === undefined) return true;
    const done = batch.filter((received) => !failed.includes(received.id)).map((received) => received.receipt);
    if (done.length > 0) await this.#around(process, "remove", () => this.queue.remove(done));
    this.observed.insured();
    return true;
  }

  async drainDeadLetters(): Promise<boolean> {
    const batch = await this.deadLetters.receive(10, 0);
    if (batch.length === 0) return false;
    const process = new Process();
    const drain = createDeadLetterDrain({ ports: this.#ports(process), definitions: this.definitions });
    const stays = await Promise.race([drain.drain(batch), process.died.then(() => undefined)]);
    const gone = batch.filter((received) => stays && !stays.includes(received.id)).map((received) => received.receipt);
    await this.deadLetters.remove(gone);
    this.observed.insured();
    return true;
  }

  #ports(process: Process): Ports {
    const intercept: Interceptor = (operation, perform) => process.settle(this.#faulty(process, operation, perform));
    const watched = this.#watched(this.store);
    const store = this.#options.wrapStore ? this.#options.wrapStore(watched) : watched;
    return {
      instances: interceptedStore(store, intercept),
      index: interceptedIndex(this.store.index, intercept),
      history: interceptedHistory(this.store.history, intercept),
      queue: interceptedQueue(this.queue, intercept),
      clock: this.clock,
      random: this.random,
      logger: silentLogger,
    };
  }

  #watched(store: InstanceStore): InstanceStore {
    return {
      read: (ids) => store.read(ids),
      create: async (head) => {
        const written = await store.create(head);
        if (written.ok) this.observed.written(head);
        return written;
      },
      update: async (id, update, condition) => {
        const written = await store.update(id, update, condition);
        const after = (await store.read([id])).get(id);
        if (written.ok && after) this.observed.written(after);
        return written;
      },
    };
  }

  async #around<Result>(process: Process, operation: PortOperation, perform: () => Promise<Result>): Promise<void> {
    await Promise.race([this.#faulty(process, operation, perform).catch(() => {}), process.died]);
  }

  async #faulty<Result>(process: Process, operation: PortOperation, perform: () => Promise<Result>): Promise<Result> {
    if (process.dead) return never();
    if (operation === "update" || operation === "create") await process.askToCommit();
    this.calls.push(operation);
    const fault = this.#options.faults?.find(({ call }) => call === this.calls.length);
    if (fault === undefined) return perform();
    this.faultsFired += 1;
    switch (fault.kind) {
      case "kill-before":
        return process.die();
      case "kill-after":
        await perform();
        return process.die();
      case "commit-then-error":
        await perform();
        throw new PortError("unavailable", "injected: applied, then the answer got lost");
      case "error":
        throw new PortError("throttled", "injected: refused");
      case "early-expiry":
        this.queue.expireVisibility();
        await this.deliver();
        return perform();
      case "winner-dies": {
        this.queue.expireVisibility();
        const rival = new Process();
        this.#background.push(this.deliver(rival));
        await rival.reachedCommit;
        await perform();
        rival.mayCommit.resolve();
        return process.die();
      }
      case "duplicate-delivery":
        for (const message of this.queue.messages()) if (message.receiveCount > 0) this.queue.inject(message.body);
        return perform();
    }
  }
}
