import { parseBranchId, parseWorkMessage, type ReceivedMessage } from "@stephooks/core";
import { returnFaults } from "./fault-plan.ts";
import type { ProcessRole, SimProcess } from "./sim-process.ts";
import type { SimQueue } from "./sim-queue.ts";
import type { Scheduled } from "./timeline.ts";
import { settings, type World } from "./world.ts";

export interface EventSourceOptions {
  readonly world: World;
  readonly queue: SimQueue;
  readonly role: ProcessRole;
  /** Invocations at once. */
  readonly slots: number;
  readonly batchSize: number;
  /** Answers the ids of the messages that must come back. */
  readonly invoke: (process: SimProcess, batch: readonly ReceivedMessage[]) => Promise<readonly string[]>;
}

/** Time of an invocation that its handler leaves unused, milliseconds. */
const RESERVE = 2_000;

/** How long the handler may take, milliseconds. */
export const INVOCATION = settings.functionTimeout * 1_000 - RESERVE;

/** The event source mapping: hands batches to invocations while slots are free, deletes what they finished. */
export class EventSource {
  readonly #options: EventSourceOptions;
  #busy = 0;
  #poll: Scheduled | undefined;

  constructor(options: EventSourceOptions) {
    this.#options = options;
    options.queue.onVisible = (at) => this.#pollAt(at);
  }

  get idle(): boolean {
    return this.#busy === 0;
  }

  #pollAt(at: number): void {
    const { timeline } = this.#options.world;
    if (this.#poll?.live && this.#poll.at <= Math.max(at, timeline.now)) return;
    if (this.#poll) this.#poll.live = false;
    const poll = timeline.at(at, () => {
      poll.live = false;
      this.#receive();
    });
    this.#poll = poll;
  }

  #receive(): void {
    const { batchSize, queue, slots, world } = this.#options;
    while (this.#busy < slots && queue.visible().length > 0) {
      const batch = queue.receive(world.schedule.between(1, batchSize));
      if (batch.length > 0) this.#invoke(batch);
    }
    const next = queue.nextVisibleAt();
    if (this.#busy < slots && next < Infinity) this.#pollAt(next);
  }

  #invoke(batch: readonly ReceivedMessage[]): void {
    const { invoke, role, world } = this.#options;
    const { timeline } = world;
    const process = world.spawn(
      role,
      batch.map(({ body }) => instanceOf(body)),
    );
    world.note(
      () => `${process.name} receives ${batch.map((m) => `${m.id} (${m.receiveCount}) ${m.body}`).join(", ")}`,
    );
    this.#busy += 1;
    let isOpen = true;
    const close = (): void => {
      isOpen = false;
      deadline.live = false;
      this.#busy -= 1;
      this.#pollAt(timeline.now);
    };
    const deadline = timeline.after(settings.functionTimeout * 1_000, () => {
      world.note(() => `${process.name} times out`);
      close();
      // One that stands still is forgotten by its source and goes on later, as a zombie.
      if (!process.frozen) process.kill();
    });
    process.onDeath = () => {
      if (isOpen) close();
    };
    const handle = async (): Promise<void> => {
      // A handler that throws has finished nothing: the whole batch comes back.
      const kept = await invoke(process, batch).catch(() => batch.map(({ id }) => id));
      if (isOpen) this.#settle(process, batch, kept);
      if (isOpen) close();
    };
    timeline.after(world.latency(), () => process.deliver(() => void handle()));
  }

  #settle(process: SimProcess, batch: readonly ReceivedMessage[], kept: readonly string[]): void {
    const { queue, world } = this.#options;
    const fault = world.faults.strike(returnFaults, {
      place: () => `${process.name} returns`,
      harmed: () => process.instances,
    });
    if (fault) {
      world.mark(`fault: ${fault} at return`);
      return process.kill();
    }
    const done = batch.filter(({ id }) => !kept.includes(id)).map(({ receipt }) => receipt);
    world.note(() => `${process.name} returns, keeps ${kept.join(" ") || "nothing"}`);
    if (done.length > 0) world.timeline.after(world.latency(), () => queue.remove(done));
    process.onDeath = () => {};
    // What still runs in the environment goes on, or never gets another instant.
    if (world.schedule.happens(0.5)) process.kill();
  }
}

function instanceOf(body: string): string {
  const parsed = parseWorkMessage(body);
  return parsed.ok ? (parseBranchId(parsed.message.instance)?.instance ?? parsed.message.instance) : "";
}
