import type { Clock, InstanceHead } from "@stephooks/core";
import type { Given } from "./given.ts";
import type { Timeline } from "./timeline.ts";

export type ProcessRole = "worker" | "drain" | "sweeper" | "client";

export interface ProcessOptions {
  readonly skew: number;
  readonly instances: readonly string[];
  readonly boost: number;
}

/**
 * One life of a process. Dead, it never gets an answer and never makes a call again. Frozen, it stands still; thawed
 * it goes on where it stood, as a zombie when others have overtaken it.
 */
export class SimProcess {
  readonly number: number;
  readonly role: ProcessRole;
  readonly clock: Clock;
  /** The instances of the messages in hand. */
  readonly instances: readonly string[];
  /** How much more often than others it meets a fault. */
  readonly boost: number;
  /** The heads as its own last calls showed them; undefined where nothing was stored. */
  readonly seen = new Map<string, InstanceHead | undefined>();
  /** What its newest body of each head was given. */
  readonly given = new Map<string, Given>();
  /** Transaction ids of the writes it asked for. */
  readonly wrote = new Set<string>();
  /** Transitions that it knows to be its own and has not announced. */
  readonly unannounced = new Set<string>();
  /** Told once, when it dies. */
  onDeath: () => void = () => {};
  #dead = false;
  #frozen = false;
  #held: (() => void)[] = [];

  constructor(number: number, role: ProcessRole, timeline: Timeline, options: ProcessOptions) {
    this.number = number;
    this.role = role;
    this.instances = options.instances;
    this.boost = options.boost;
    this.clock = {
      now: () => timeline.now + options.skew,
      timer: (milliseconds, fire) => {
        const scheduled = timeline.after(milliseconds, () => this.deliver(fire));
        return () => {
          scheduled.live = false;
        };
      },
    };
  }

  get name(): string {
    return `${this.role}${this.number}`;
  }

  get dead(): boolean {
    return this.#dead;
  }

  get frozen(): boolean {
    return this.#frozen;
  }

  kill(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#held = [];
    this.onDeath();
  }

  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
    const held = this.#held;
    this.#held = [];
    for (const act of held) this.deliver(act);
  }

  /** Lets the process see something: at once, when it thaws, or never. */
  deliver(act: () => void): void {
    if (this.#dead) return;
    if (this.#frozen) this.#held.push(act);
    else act();
  }
}
