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
import { type HeadUpdate, type InstanceStore, PortError, type Ports, type Random, silentLogger } from "@stephooks/core";
import { createDeadLetterDrain } from "../../src/dead-letters.ts";
import type { EngineSettings } from "../../src/engine-settings.ts";
import type { ProtocolRules } from "../../src/protocol-rules.ts";
import { startInstance } from "../../src/start-instance.ts";
import type { StepFunction } from "../../src/step-function.ts";
import { sweep } from "../../src/sweeper.ts";
import { createWorker } from "../../src/worker.ts";
import { defineWorkflow, type WorkflowDefinition } from "../../src/workflow-definition.ts";
import type { WorkflowOptions } from "../../src/workflow-options.ts";
import type { Fault, FiredFault } from "./faults.ts";
import { Observations } from "./observations.ts";
import { never, Process } from "./process.ts";
import { nextPass, noPass, type Pass } from "./sweep-times.ts";

/** A step body that answers this takes its process with it. */
export const KILL_PROCESS = Symbol("kill process");

export type SweeperMode = "on" | "off";

export interface WorldOptions {
  readonly faults?: readonly Fault[];
  /** On unless given. Off, no pass is ever made. */
  readonly sweeper?: SweeperMode;
  /** Deliberately wrong engines replace one of these. */
  readonly rules?: ProtocolRules;
  readonly wrapStore?: (store: InstanceStore) => InstanceStore;
  readonly start?: typeof startInstance;
}

const settings: EngineSettings = { functionTimeout: 60, visibilityTimeout: 90 };

/** Rounds after which a run that still has messages is called stuck. */
const MAX_ROUNDS = 300;

/** One table, one queue, its dead letters, workers and clients as processes that can die at any outside call. */
export class World {
  readonly clock: DrivenClock = drivenClock();
  readonly random: Random = seededRandom(7);
  readonly store: MemoryInstanceStore = memoryInstanceStore(this.clock);
  readonly deadLetters: MemoryQueue = memoryQueue({ clock: this.clock, visibilityTimeout: 90 });
  readonly queue: MemoryQueue = memoryQueue({
    clock: this.clock,
    visibilityTimeout: settings.visibilityTimeout,
    maxReceiveCount: 10,
    deadLetters: this.deadLetters,
  });
  /** What the workers that are deployed now know. */
  readonly definitions = new Map<string, WorkflowDefinition>();
  readonly observed = new Observations(this.store, [this.queue, this.deadLetters], this.clock);
  /** Every outside call in the order it happened; nobody lists them by hand. */
  readonly calls: PortOperation[] = [];
  readonly fired: FiredFault[] = [];
  /** What clients were told, by what they asked for. */
  readonly heard = new Set<string>();
  /** Ids whose start was acknowledged. */
  readonly started: string[] = [];
  /** Ids that a client was told it had created. */
  readonly created: string[] = [];
  /** Wait tokens that steps have handed out. */
  readonly tokens: string[] = [];
  highestReceiveCount = 0;
  readonly #options: WorldOptions;
  /** Batches that may still be worked on. */
  readonly #working: Promise<boolean>[] = [];

  constructor(options: WorldOptions = {}) {
    this.#options = options;
  }

  get #hasSweeper(): boolean {
    return this.#options.sweeper !== "off";
  }

  define(name: string, steps: Readonly<Record<string, StepFunction>>, options?: WorkflowOptions): WorkflowDefinition {
    const definition = defineWorkflow(name, name, steps, options);
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

  /** A write of a process that then died: no duty of it is done. */
  async write(id: string, update: HeadUpdate): Promise<void> {
    await this.#watched(this.store).update(id, update, { statusIn: ["runnable"] });
  }

  /**
   * Delivers until nothing is left that could be delivered without anybody's doing, or until `limit` milliseconds are
   * over. False when the run is stuck.
   */
  async settle(limit = Infinity): Promise<boolean> {
    const end = this.clock.now() + limit;
    let watched = false;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      // No time passes while somebody works; who works may be overtaken by others.
      while (this.#working.length > 0) await Promise.all(this.#working.splice(0));
      if (await this.deliver()) continue;
      if (await this.drainDeadLetters()) continue;
      const held = [...this.queue.messages(), ...this.deadLetters.messages()];
      const pass: Pass = this.#hasSweeper ? nextPass(this.store.heads(), this.clock.now(), watched) : noPass;
      const next = Math.min(...held.map((message) => message.visibleAt), pass.at);
      if (next > end) this.clock.advance(Math.max(0, end - this.clock.now()));
      if (next > end || next === Infinity) return true;
      this.clock.advance(Math.max(1, next - this.clock.now()));
      if (next !== pass.at) continue;
      watched ||= pass.isWatch;
      await this.sweep();
    }
    return false;
  }

  async sweep(): Promise<void> {
    if (!this.#hasSweeper) return;
    const process = new Process();
    const swept = sweep(this.clock.now(), this.#ports(process), settings).catch(() => undefined);
    await Promise.race([swept, process.died]);
  }

  /** One batch through one worker process. False when nothing was visible. */
  deliver(process: Process = new Process()): Promise<boolean> {
    const work = this.#deliverTo(process);
    this.#working.push(work);
    return work;
  }

  async #deliverTo(process: Process): Promise<boolean> {
    const batch = await this.queue.receive(10, 0);
    if (batch.length === 0) process.reachCommit();
    if (batch.length === 0) return false;
    this.highestReceiveCount = Math.max(this.highestReceiveCount, ...batch.map((received) => received.receiveCount));
    const { rules } = this.#options;
    const ports = this.#ports(process);
    const definitions = this.#deployedIn(process);
    const worker = createWorker({ ports, definitions, settings, ...(rules ? { rules } : {}) });
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
    if (gone.length > 0) await this.#around(process, "remove", () => this.deadLetters.remove(gone));
    this.observed.insured();
    return true;
  }

  /** The deployed workflows with bodies that are seen to begin and can end their process. */
  #deployedIn(process: Process): ReadonlyMap<string, WorkflowDefinition> {
    const watch =
      (run: StepFunction): StepFunction =>
      async (state, goto, wait, context) => {
        this.observed.began(context);
        const answer = await run(state, goto, wait, context);
        return answer === KILL_PROCESS ? process.die() : answer;
      };
    const deployed = [...this.definitions].map(([name, definition]): [string, WorkflowDefinition] => {
      const steps = [...definition.steps].map(([step, found]) => [step, { ...found, run: watch(found.run) }] as const);
      return [name, { ...definition, steps: new Map(steps) }];
    });
    return new Map(deployed);
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
        // Called together they are one moment: nobody else writes in between.
        const [written, after] = await Promise.all([store.update(id, update, condition), store.read([id])]);
        const head = written.ok ? after.get(id) : undefined;
        if (head) this.observed.written(head);
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
    const felt = (bit = true, lostCommit = false): unknown =>
      this.fired.push({ ...fault, operation, bit, ...(lostCommit ? { lostCommit } : {}) });
    switch (fault.kind) {
      case "kill-before":
        felt();
        return process.die();
      case "kill-after":
        felt();
        await perform();
        return process.die();
      case "commit-then-error": {
        const commits = this.observed.applied.length;
        await perform();
        felt(true, this.observed.applied.length > commits);
        throw new PortError("unavailable", "injected: applied, then the answer got lost");
      }
      case "error":
        felt();
        throw new PortError("throttled", "injected: refused");
      case "early-expiry":
        this.queue.expireVisibility();
        felt(await this.deliver());
        return perform();
      case "winner-dies":
        felt(await this.#overtake(perform));
        return process.die();
      case "duplicate-delivery": {
        const inFlight = this.queue.messages().filter((message) => message.receiveCount > 0);
        for (const message of inFlight) this.queue.inject(message.body);
        felt(inFlight.length > 0);
        return perform();
      }
    }
  }

  /** A rival comes as far as its commit; this process commits first and will die. Whether there was a rival. */
  async #overtake(perform: () => Promise<unknown>): Promise<boolean> {
    this.queue.expireVisibility();
    const rival = new Process();
    const { reachedCommit } = rival;
    // Not awaited here: it ends when this process has committed. `settle` sees to it.
    void this.deliver(rival);
    await reachedCommit;
    await perform();
    rival.mayCommit.resolve();
    return rival.contends;
  }
}
