import type { InstanceHead, WorkMessage } from "@stephooks/core";
import type { Definitions, EngineSettings } from "@stephooks/engine";
import type { EngineParts } from "./engine-parts.ts";
import { FaultPlan, type FaultRates, type PlannedFault } from "./fault-plan.ts";
import { Mailbox } from "./mailbox.ts";
import { RandomStream } from "./random-stream.ts";
import { type ProcessRole, SimProcess } from "./sim-process.ts";
import { SimHistory } from "./sim-history.ts";
import { SimQueue } from "./sim-queue.ts";
import { SimStore } from "./sim-store.ts";
import { Timeline } from "./timeline.ts";
import { Trace } from "./trace.ts";

export const settings: EngineSettings = Object.freeze({ functionTimeout: 60, visibilityTimeout: 90 });

/** Receives before the broker moves a message to the dead letters. */
const MAX_RECEIVES = 10;

/** A deployment that does not know every step, or no workflow at all. Times in milliseconds since the beginning. */
export interface OldDeployment {
  readonly from: number;
  readonly until: number;
  readonly share: number;
  readonly definitions: Definitions;
}

export interface WorldOptions {
  readonly seed: number;
  readonly rates: FaultRates;
  readonly only?: readonly number[];
  readonly planned?: readonly PlannedFault[];
  readonly traced: boolean;
  readonly parts: EngineParts;
  /** Nothing is slow, late or lagging: what a run costs can be counted. */
  readonly calm: boolean;
  readonly onWrite: (before: InstanceHead | undefined, after: InstanceHead) => void;
  readonly onTooLarge: (before: InstanceHead | undefined, after: InstanceHead) => void;
  readonly onSent: (message: WorkMessage) => void;
  readonly onGone: (message: WorkMessage | undefined) => void;
}

/** One table, one queue with its dead letters, virtual time, chance, and the processes that use them. */
export class World {
  readonly timeline = new Timeline();
  readonly schedule: RandomStream;
  readonly ids: RandomStream;
  readonly faults: FaultPlan;
  readonly store: SimStore;
  readonly history = new SimHistory();
  readonly queue: SimQueue;
  readonly deadLetters: SimQueue;
  readonly trace: Trace;
  readonly parts: EngineParts;
  readonly calm: boolean;
  /** Filled once, before anything runs. */
  readonly definitions: Map<string, Definitions extends ReadonlyMap<string, infer Definition> ? Definition : never> =
    new Map();
  /** Outside calls so far, by role and operation. */
  readonly calls = new Map<string, number>();
  /** The instances about which the engine logged, by event. */
  readonly logged = new Map<string, Set<string>>();
  callCount = 0;
  /** Minutes that the sweeper served twice: what it wakes twice runs twice. */
  doubledPasses = 0;
  /** Clients that have not been answered yet. */
  clients = 0;
  /** Instances that the watchdog woke though they had a message; a fan-out whose branches wait does not count. */
  readonly rescued = new Set<string>();
  /** When invocations may meet a deployment that does not know the workflows, and how often they do. */
  oldDeployment: OldDeployment | undefined;
  /** Told when a write of this head was applied and its writer will not hear of it for a while. */
  onAnswerLost: (id: string) => void = () => {};
  /** Told when the engine keeps a message about this instance. */
  onKept: (process: SimProcess, instance: string) => void = () => {};
  readonly mailbox = new Mailbox();
  /** Everybody that ever was. */
  readonly processes: SimProcess[] = [];
  /** What was exercised, and how often. */
  readonly covered = new Map<string, number>();
  /** The process whose call takes effect. */
  writer: SimProcess | undefined;
  readonly #skew: number;

  constructor(options: WorldOptions) {
    const { calm, parts, rates, seed } = options;
    this.schedule = new RandomStream(seed, 2);
    this.ids = new RandomStream(seed, 3);
    this.faults = new FaultPlan(seed, rates, options.only, options.planned);
    this.trace = new Trace(options.traced);
    this.parts = parts;
    this.calm = calm;
    this.#skew = calm ? 0 : this.schedule.pick([0, 0, 250]);
    const lag = (): number => (calm ? 0 : this.schedule.spread(1, 30_000));
    this.store = new SimStore(options.onWrite, options.onTooLarge, () => this.timeline.now, lag);
    const { faults, schedule, timeline } = this;
    const { onGone, onSent } = options;
    const shared = { timeline, schedule, faults, onGone, onSent, onMark: (what: string) => this.mark(what) } as const;
    const delivery = calm ? ([80, 120] as const) : ([1, 60] as const);
    const visibilityTimeout = settings.visibilityTimeout;
    const queue = { ...shared, delivery, visibilityTimeout, maxReceiveCount: MAX_RECEIVES };
    this.deadLetters = new SimQueue({ ...queue, name: "dead", maxReceiveCount: Infinity });
    this.queue = new SimQueue({ ...queue, name: "m", deadLetters: this.deadLetters });
  }

  /** Clocks of different machines differ by at most twice this, milliseconds. */
  get skew(): number {
    return this.#skew;
  }

  /** What the deployment knows that the next invocation meets. */
  deployed(): Definitions {
    const { definitions, faults, oldDeployment, timeline } = this;
    if (oldDeployment === undefined || !faults.active) return definitions;
    const { from, share, until } = oldDeployment;
    const isOld = timeline.elapsed >= from && timeline.elapsed < until && this.schedule.happens(share);
    if (isOld) this.mark(oldDeployment.definitions.size === 0 ? "deployment: without workflows" : "deployment: older");
    return isOld ? oldDeployment.definitions : definitions;
  }

  /** Whether some invocation may have met a deployment without this step. */
  isUnknown(workflow: string, step: string): boolean {
    const { oldDeployment } = this;
    return oldDeployment !== undefined && !oldDeployment.definitions.get(workflow)?.steps.has(step);
  }

  mark(what: string): void {
    this.covered.set(what, (this.covered.get(what) ?? 0) + 1);
  }

  spawn(role: ProcessRole, instances: readonly string[], boost = 1): SimProcess {
    const skew = this.#skew === 0 ? 0 : this.schedule.between(-this.#skew, this.#skew);
    const process = new SimProcess(this.processes.length + 1, role, this.timeline, { skew, instances, boost });
    this.processes.push(process);
    return process;
  }

  /** The process stands still for a while, and is woken again. */
  freeze(process: SimProcess): void {
    process.freeze();
    this.timeline.after(this.schedule.spread(1_000, 600_000), () => process.thaw());
  }

  /** How long a request or an answer travels, milliseconds. */
  latency(): number {
    if (this.calm) return this.schedule.between(1, 5);
    return this.schedule.happens(0.05) ? this.schedule.between(50, 500) : this.schedule.between(1, 20);
  }

  note(line: () => string): void {
    this.trace.note(this.timeline.elapsed, line);
  }
}
