import {
  encodeState,
  hasEnded,
  type HistoryEntry,
  type InstanceHead,
  parseBranchId,
  type WorkMessage,
} from "@stephooks/core";
import type { StepContext, TransitionEvent } from "@stephooks/engine";
import { Announcements } from "./announcements.ts";
import { Executions } from "./executions.ts";
import { Insurance } from "./insurance.ts";
import { PauseWatch } from "./pause-watch.ts";
import { ReferenceModel } from "./reference-model.ts";
import type { ModelContext } from "./patches.ts";
import { type Shape, stepOfShape } from "./shape.ts";
import { RecordedStates } from "./recorded-states.ts";
import { processOf } from "./sim-ports.ts";
import type { SimProcess } from "./sim-process.ts";
import { StartMarkCount } from "./start-mark-count.ts";
import type { World } from "./world.ts";

/** What an onlooker who misses nothing holds against the invariants, at every write, body and deleted message. */
export class Observer {
  readonly violations: string[] = [];
  readonly models = new Map<string, ReferenceModel>();
  /** Called when a head begins to wait or fails: clients and operators look at that. */
  onStanding: (head: InstanceHead) => void = () => {};
  /** Called when a body begins. */
  onBody: (context: StepContext) => void = () => {};
  /** Messages in the hands of processes that their own steps killed, by instance. */
  readonly harmed: string[] = [];
  /** What each commit noted in the history of its instance, by id and seq. */
  readonly entries = new Map<string, HistoryEntry | undefined>();
  /** Instances that are stored and have not ended. */
  alive = 0;
  readonly executions: Executions;
  readonly #pauses: PauseWatch;
  readonly #recorded: RecordedStates;
  readonly #startMarks = new StartMarkCount();
  readonly #announcements: Announcements;
  readonly #world: World;
  readonly #shapes: ReadonlyMap<string, Shape>;
  readonly #insurance: Insurance;

  constructor(world: World, shapes: ReadonlyMap<string, Shape>) {
    this.#world = world;
    this.#shapes = shapes;
    this.executions = new Executions(world);
    this.#announcements = new Announcements(world);
    this.#recorded = new RecordedStates((what) => world.mark(what));
    this.#pauses = new PauseWatch((what) => world.mark(what));
    world.onKept = (process, instance) => this.#kept(process, instance);
    this.#insurance = new Insurance(world.store, [world.queue, world.deadLetters]);
  }

  /** The model of an instance, which a client may have patched before anything is stored. */
  modelOf(id: string, workflow: string): ReferenceModel {
    const known = this.models.get(id);
    if (known) return known;
    const shape = this.#shapes.get(workflow);
    if (shape === undefined) throw new TypeError(`no shape ${workflow}`);
    const model = new ReferenceModel(shape, id);
    this.models.set(id, model);
    return model;
  }

  written(before: InstanceHead | undefined, after: InstanceHead): void {
    const { trace } = this.#world;
    trace.text(after.transactionId);
    trace.number(after.seq);
    if (parseBranchId(after.id) === undefined) {
      if (after.seq !== before?.seq) this.entries.set(`${after.id} ${after.seq}`, after.history.at(-1));
      this.#hold(this.#pauses.written(before, after, this.#world.writer?.seen.get(after.id)));
      const model = this.modelOf(after.id, after.workflow);
      this.#hold(model.observe(before, after, this.#context()));
      this.#hold(this.#recorded.written(before, after, encodeState(model.shape.given).entries));
      this.alive += Number(!hasEnded(after.status)) - Number(before !== undefined && !hasEnded(before.status));
    } else if (before && after.seq !== before.seq && after.seq !== before.seq + 1) {
      this.#hold([`I1: branch ${after.id} jumped from seq ${before.seq} to ${after.seq}`]);
    } else if (before?.seq === after.seq && before.transactionId !== after.transactionId) {
      this.#hold([`I1: branch ${after.id} committed seq ${after.seq} twice`]);
    }
    this.#startMarks.written(before, after);
    this.#announcements.written(before, after);
    this.#hold(this.#insurance.of(after.id));
    if (after.status !== before?.status || after.seq !== before.seq) this.onStanding(after);
  }

  /**
   * I21: what is too large is refused before any write is asked for. Left are steps and branches beside which the state,
   * or another result, has grown, and patches beside results.
   */
  tooLarge(before: InstanceHead | undefined, after: InstanceHead): void {
    const isCommand = after.appliedCommands?.at(-1)?.id !== before?.appliedCommands?.at(-1)?.id;
    const isPatch = before?.seq === after.seq && before.patchVersion < after.patchVersion;
    const what = before === undefined ? "start" : isCommand ? "command" : isPatch ? "patch" : "transition";
    this.#world.mark(`too large for an item: ${what}`);
    if (what === "transition" || before?.status === "joining") return;
    this.#hold([`I21: a ${what} of ${after.id} was asked of the table with more than an item holds`]);
  }

  sent(message: WorkMessage): void {
    this.#world.trace.text(message.instance);
    this.#pauses.sent(message);
  }

  gone(message: WorkMessage | undefined): void {
    if (message === undefined)
      return this.#hold(["S14: a message that nobody can read was deleted, not left to a human"]);
    this.#world.trace.text(message.kind);
    this.#hold(this.#insurance.after(message));
  }

  #context(): ModelContext {
    const { calm, skew, timeline, writer } = this.#world;
    return {
      now: timeline.now,
      skew,
      calm,
      isUnknown: (workflow, step) => this.#world.isUnknown(workflow, step),
      given: (id) => writer?.given.get(id),
      deaths: (id) => this.#deaths(id),
      mark: (what) => this.#world.mark(what),
    };
  }

  #deaths(id: string): string | undefined {
    const { faults, store } = this.#world;
    const ref = parseBranchId(id);
    const head = store.get(id);
    const parent = ref && store.get(ref.instance);
    const workflow = (parent ?? head)?.workflow ?? "";
    const step = head?.step ?? parent?.join?.steps[ref?.branch ?? 0] ?? "";
    const isKiller = this.#shapes.get(workflow)?.steps[step]?.kind === "killer";
    const instance = ref?.instance ?? id;
    const harms = faults.fired.flatMap(({ harmed }) => harmed).filter((other) => other === instance).length;
    return this.#startMarks.complaint(id, isKiller, harms + this.harmed.filter((other) => other === instance).length);
  }

  began(context: StepContext, document: object): void {
    const model = this.modelOf(context.instanceId, context.workflow);
    this.#world.trace.text(context.idempotencyKey);
    this.#hold(this.executions.began(context, document, model));
    this.onBody(context);
  }

  mailed(context: StepContext, token: string): void {
    const head = context.idempotencyKey.slice(0, context.idempotencyKey.lastIndexOf("/"));
    const seen = processOf(context.log).given.get(head)?.head;
    // A token lives from when its step became ready: a resume after a block makes the same visit ready anew.
    this.#hold(this.#world.mailbox.receive(context, token, isUnblocked(seen) ? seen?.readyAt : undefined));
  }

  heard(event: TransitionEvent, process: SimProcess): void {
    this.#hold(this.#announcements.heard(event, process));
  }

  isKiller({ instanceId, step, workflow }: StepContext): boolean {
    return stepOfShape(this.modelOf(instanceId, workflow).shape, step).kind === "killer";
  }

  /** A step has killed its process. */
  killed(process: SimProcess): void {
    this.#world.mark("killer: killed its process");
    this.harmed.push(...process.instances);
    process.kill();
  }

  complain(complaint: string): void {
    this.#hold([complaint]);
  }

  /** R4: a writer whose answer was lost finds its own write, it does not wait for somebody else to find it. */
  #kept(process: SimProcess, instance: string): void {
    const seen = process.seen.get(instance);
    // With more messages in hand, an earlier one of the same instance may have made that write.
    if (process.instances.length > 1 || seen === undefined || !process.wrote.has(seen.transactionId)) return;
    this.#hold([`R4: ${process.name} keeps its message of ${instance} although its own write was applied`]);
  }

  #hold(complaints: readonly string[]): void {
    for (const complaint of complaints) {
      this.violations.push(complaint);
      this.#world.note(() => `VIOLATION ${complaint}`);
    }
  }
}

function isUnblocked(seen: InstanceHead | undefined): boolean {
  return seen?.history.some(({ outcome }) => outcome === "resume") ?? false;
}
