import type { RandomStream } from "./random-stream.ts";
import { portsOf } from "./sim-ports.ts";
import type { Scheduled } from "./timeline.ts";
import { settings, type World } from "./world.ts";

const MINUTE = 60_000;

/** How the schedule misbehaves while faults are on. */
type Mode = "punctual" | "off" | "doubled" | "late";

/** Minutes after its time at which a pass may look at an entry that nobody served. */
const lateMinutes: readonly number[] = [5, 6, 7, 8, 9, 15, 16, 17].concat(
  Array.from({ length: 10 }, (_, index) => 2 ** (index + 5)).flatMap((minutes) => [minutes - 1, minutes, minutes + 1]),
);

/**
 * The minute schedule of the sweeper. Left out are passes that would find nothing: those whose minute has no entry,
 * and those at which it does not look at late entries.
 */
export class SweeperHost {
  readonly #world: World;
  readonly #mode: Mode;
  #planned: Scheduled | undefined;

  constructor(world: World, chance: RandomStream) {
    this.#world = world;
    this.#mode = world.calm ? "punctual" : chance.pick(["punctual", "punctual", "off", "doubled", "late"] as const);
  }

  /** The index has a new entry at this time. */
  expect(indexedAt: number): void {
    const { timeline } = this.#world;
    const minute = Math.floor(indexedAt / MINUTE) * MINUTE;
    const candidates = [minute - MINUTE, ...lateMinutes.map((late) => minute + late * MINUTE)];
    const next = candidates.find((candidate) => candidate > timeline.now);
    if (next !== undefined) this.#plan(next);
  }

  #plan(at: number): void {
    if (this.#planned?.live && this.#planned.at <= at) return;
    if (this.#planned) this.#planned.live = false;
    const planned = this.#world.timeline.at(at, () => {
      planned.live = false;
      this.#pass(at);
      for (const { indexedAt } of this.#world.store.heads()) if (indexedAt !== undefined) this.expect(indexedAt);
    });
    this.#planned = planned;
  }

  #pass(minute: number): void {
    if (!this.#world.store.heads().some(({ indexedAt }) => indexedAt !== undefined)) return;
    const { schedule, timeline } = this.#world;
    const mode = this.#world.faults.active ? this.#mode : "punctual";
    this.#world.mark(`sweeper: ${mode}`);
    if (mode === "off") return;
    if (mode === "late") timeline.after(schedule.below(5 * MINUTE), () => this.#sweep(minute));
    else this.#sweep(minute);
    if (mode !== "doubled") return;
    this.#world.doubledPasses += 1;
    timeline.after(schedule.below(100), () => this.#sweep(minute));
  }

  #sweep(minute: number): void {
    const { parts } = this.#world;
    const process = this.#world.spawn("sweeper", []);
    parts.sweep(minute, portsOf(process, this.#world), settings).then(
      ({ sent }) => this.#world.note(() => `${process.name} sent ${sent}`),
      (error: unknown) => this.#world.note(() => `${process.name} failed: ${String(error)}`),
    );
  }
}
