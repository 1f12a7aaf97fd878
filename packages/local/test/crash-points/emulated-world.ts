import { type AwsClients, awsPorts, sqsQueueSource } from "@stephooks/aws";
import { type DrivenClock, drivenClock, seededRandom } from "@stephooks/contracts";
import { type Ports, type QueueSource, silentLogger } from "@stephooks/core";
import { defineWorkflow, type StepFunction, type WorkflowDefinition, type WorkflowOptions } from "@stephooks/engine";
import { createDeadLetterDrain, createWorker, sweep } from "@stephooks/engine/background";
import { BrokerView, type HeldMessage } from "./broker-view.ts";
import { type Call, type Fault, type FaultKind, isCommit } from "./faults.ts";
import { SHORT_DELAY } from "./faulty-clients.ts";
import { type DoneRequest, KillableProcess, type ProcessHost } from "./killable-process.ts";
import { nextSweep } from "./next-sweep.ts";
import type { RawStack } from "./raw-stack.ts";
import { RunLog } from "./run-log.ts";

/** Seconds on the run's clock. */
const settings = { functionTimeout: 60, visibilityTimeout: 90 } as const;

/** Receives before SQS moves a message to the dead letters, as the stack is provisioned. */
export const MAX_RECEIVES = 10;

/** Rounds after which a run that still has messages is called stuck. */
const MAX_ROUNDS = 200;

/** Longest real wait of one receive for a message that the broker delays, seconds. */
const LONGEST_WAIT = SHORT_DELAY + 1;

export interface WorldOptions {
  /** One pair for many worlds. */
  readonly clients: AwsClients;
  /** Empty, and nobody else's. */
  readonly stack: RawStack;
  readonly faults?: readonly Fault[];
  /** Makes what is random in this run, and its ids, its own. */
  readonly seed: number;
}

/**
 * One real table, one real queue and its dead letters on the emulators; workers and clients as processes that can die
 * at any request. Time is the run's own: the world ends visibility timeouts when they are over on it.
 */
export class EmulatedWorld implements ProcessHost {
  readonly clock: DrivenClock = drivenClock();
  readonly log = new RunLog();
  /** Every call in the order it was made; nobody lists them by hand. */
  readonly calls: Call[] = [];
  readonly stack: RawStack;
  readonly broker: BrokerView;
  readonly seed: number;
  faultsFired = 0;
  readonly #options: WorldOptions;
  readonly #definitions = new Map<string, WorkflowDefinition>();
  readonly #background: Promise<unknown>[] = [];
  readonly #random;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.stack = options.stack;
    this.seed = options.seed;
    this.#random = seededRandom(options.seed);
    const { stepDeadLetterUrl: deadLetterUrl, stepQueueUrl } = this.stack.names;
    const { visibilityTimeout } = settings;
    const broker = { clock: this.clock, stepQueueUrl, deadLetterUrl, visibilityTimeout, maxReceiveCount: MAX_RECEIVES };
    this.broker = new BrokerView(broker);
  }

  define(name: string, steps: Readonly<Record<string, StepFunction>>, options?: WorkflowOptions): WorkflowDefinition {
    const logged = Object.entries(steps).map(([step, run]): [string, StepFunction] => [
      step,
      (state, goto, wait, context) => {
        this.log.executions.push(`${context.instanceId} ${step} ${context.idempotencyKey}`);
        return run(state, goto, wait, context);
      },
    ]);
    const definition = defineWorkflow(name, name, Object.fromEntries(logged), options);
    this.#definitions.set(name, definition);
    return definition;
  }

  /** A client process; undefined when it died or got an error. */
  async client<Result>(act: (ports: Ports) => Promise<Result>): Promise<Result | undefined> {
    const process = new KillableProcess(this);
    return process.run(() => act(this.#ports()).catch(() => undefined));
  }

  /** Delivers until nothing is left. False when the run is stuck. */
  async settle(): Promise<boolean> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      await Promise.all(this.#background.splice(0));
      const next = this.broker.next();
      const sweepAt = next === undefined ? nextSweep(await this.stack.scan(), this.clock.now()) : Infinity;
      if (next === undefined && sweepAt === Infinity) return true;
      if (next === undefined) {
        this.clock.advance(Math.max(1, sweepAt - this.clock.now()));
        await this.sweep();
      } else await this.#deliverNext(next);
    }
    return false;
  }

  async sweep(): Promise<void> {
    const process = new KillableProcess(this);
    await process.run(() => sweep(this.clock.now(), this.#ports(), settings).catch(() => undefined));
  }

  /** One batch through one worker process. */
  async deliver(waitSeconds = 0, process = new KillableProcess(this)): Promise<void> {
    const ports = this.#ports();
    const worker = createWorker({ ports, definitions: this.#definitions, settings });
    const source = sqsQueueSource(this.#options.clients.sqs, this.stack.names.stepQueueUrl);
    await process.run(() => handle(source, waitSeconds, (batch) => worker.work(batch, 58_000)));
    process.reachCommit();
  }

  async drainDeadLetters(): Promise<void> {
    const drain = createDeadLetterDrain({ ports: this.#ports(), definitions: this.#definitions });
    const source = sqsQueueSource(this.#options.clients.sqs, this.stack.names.stepDeadLetterUrl);
    await new KillableProcess(this).run(() => handle(source, 0, (batch) => drain.drain(batch)));
  }

  /** Every message in flight shows again. */
  async expireVisibility(): Promise<void> {
    for (const message of this.broker.inFlight()) await this.#show(message);
  }

  /** What shows is received and handed to nobody, as by an event source mapping whose function is throttled. */
  async receiveInVain(times: number): Promise<void> {
    for (let time = 0; time < times; time++) {
      this.broker.done(await this.stack.receive());
      await this.expireVisibility();
    }
  }

  done(request: DoneRequest): void {
    this.broker.done(request);
    this.log.done(request);
  }

  async around<Result>(
    process: KillableProcess,
    operation: string,
    perform: (kind?: FaultKind) => Promise<Result>,
  ): Promise<Result> {
    if (process.dead) return process.die();
    if (isCommit(operation)) await process.askToCommit();
    this.calls.push({ operation, messages: this.broker.size });
    const fault = this.#options.faults?.find(({ call }) => call === this.calls.length);
    if (fault === undefined) return perform();
    this.faultsFired += 1;
    return this.#befall(process, fault.kind, perform);
  }

  async #befall<Result>(
    process: KillableProcess,
    kind: FaultKind,
    perform: (kind?: FaultKind) => Promise<Result>,
  ): Promise<Result> {
    switch (kind) {
      case "dies-before":
        return process.die();
      case "dies-after":
        await perform().catch(() => undefined);
        return process.die();
      case "answer-lost":
      case "timeout":
      case "throttled":
      case "internal-error":
        return perform(kind);
      case "early-expiry":
        await this.expireVisibility();
        await this.deliver();
        return perform();
      case "winner-dies": {
        await this.expireVisibility();
        const rival = new KillableProcess(this);
        const { reachedCommit } = rival;
        this.#background.push(this.deliver(0, rival));
        await reachedCommit;
        await perform().catch(() => undefined);
        rival.mayCommit.resolve();
        return process.die();
      }
      case "duplicate-delivery":
        for (const { body } of this.broker.inFlight()) {
          this.broker.added(await this.stack.send(body), this.stack.names.stepQueueUrl, body);
        }
        return perform();
    }
  }

  async #deliverNext(next: HeldMessage): Promise<void> {
    this.clock.advance(Math.max(0, next.visibleAt - this.clock.now()));
    if (next.receipt !== undefined) await this.#show(next);
    if (next.queueUrl === this.stack.names.stepDeadLetterUrl) return this.drainDeadLetters();
    return this.deliver(next.delayed ? LONGEST_WAIT : 0);
  }

  async #show(message: HeldMessage): Promise<void> {
    if (message.receipt === undefined) return;
    await this.stack.show(message.queueUrl, message.receipt);
    this.broker.shown(message);
  }

  #ports(): Ports {
    const { stepQueueUrl, table } = this.stack.names;
    const ports = awsPorts({ clients: this.#options.clients, table, stepQueueUrl, logger: silentLogger });
    return { ...ports, clock: this.clock, random: this.#random };
  }
}

/** One invocation: receive, work, delete what need not come back. What fails leaves its messages where they are. */
async function handle(
  source: QueueSource,
  waitSeconds: number,
  work: (batch: Awaited<ReturnType<QueueSource["receive"]>>) => Promise<readonly string[]>,
): Promise<void> {
  const batch = await source.receive(10, waitSeconds).catch(() => []);
  if (batch.length === 0) return;
  const kept = await work(batch);
  const done = batch.filter(({ id }) => !kept.includes(id)).map(({ receipt }) => receipt);
  if (done.length > 0) await source.remove(done).catch(() => undefined);
}
