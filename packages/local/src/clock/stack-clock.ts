import { isRecord, parseDuration } from "@stephooks/core";
import type { AppRunner } from "../app-runner.ts";
import { LocalError } from "../local-error.ts";
import type { ProcessSet } from "../process-set.ts";
import type { Sweeps } from "../sweep-every-minute.ts";
import type { ProcessName, StackProcess } from "../stack-process.ts";
import { advance } from "./advance.ts";
import type { MovableClock } from "./movable-clock.ts";

export interface StackClockOptions {
  readonly clock: MovableClock;
  readonly processes: ProcessSet;
  readonly runner: Pick<AppRunner, "nextSweep" | "queues" | "ticks">;
  /** The passes of the sweeper. */
  readonly sweeps: Sweeps;
  /** Told the new offset after every move. */
  readonly onMove: (offset: number) => void;
}

/** Lets the clock of all the stack's processes be set forward. */
export interface StackClock {
  /**
   * @returns the time it is then, ISO 8601.
   * @throws LocalError `invalid-duration`, `not-idle`.
   */
  advance(duration: unknown): Promise<string>;
}

/** The app's processes first: no message shows before they know the time it shows at. */
const order: readonly ProcessName[] = ["http", "worker", "emulators"];

export function stackClock(options: StackClockOptions): StackClock {
  const { clock, onMove, processes, runner, sweeps } = options;
  let turn: Promise<unknown> = Promise.resolve();
  const forward = async (milliseconds: number): Promise<string> => {
    await advance(milliseconds, {
      now: () => clock.now(),
      moveTo: async (time) => {
        const offset = clock.offset + time - clock.now();
        for (const name of order) await processes.get(name).ask("clock", { offset });
        clock.moveTo(offset);
        onMove(offset);
      },
      look: () => look(options),
      nextEvent: async () => Math.min(runner.ticks.next() ?? Infinity, await runner.nextSweep(sweeps.last)),
    });
    return new Date(clock.now()).toISOString();
  };
  return {
    advance: async (duration) => {
      const milliseconds = parseDuration(duration);
      if (milliseconds === undefined) {
        throw new LocalError("invalid-duration", `Send {"ms": 60000} or {"duration": "3d"}, not ${String(duration)}.`);
      }
      // One after the other.
      const done = turn.then(() => forward(milliseconds));
      turn = done.catch(() => {});
      return done;
    },
  };
}

/**
 * Idle: no message could be received or is about to show, every message in flight is known to the worker, and the worker has none in hand.
 * The queues are looked at before and after the worker: what it did in between would show in them.
 */
async function look({
  clock,
  processes,
  runner,
  sweeps,
}: StackClockOptions): Promise<{ isIdle: boolean; nextAt: number }> {
  const names = runner.queues.map(({ url }) => url.split("/").at(-1) ?? "");
  const [emulators, worker] = [processes.get("emulators"), processes.get("worker")];
  const before = await queuesOf(emulators, names);
  const inHand = await worker.ask("batches");
  const after = await queuesOf(emulators, names);
  const known = new Set(Array.isArray(inHand?.["receipts"]) ? inHand["receipts"] : []);
  const isIdle =
    before.ready === 0 &&
    after.ready === 0 &&
    after.nextAt > clock.now() &&
    inHand?.["running"] === 0 &&
    before.receipts.join() === after.receipts.join() &&
    after.receipts.every((receipt) => known.has(receipt)) &&
    runner.ticks.pending === 0 &&
    sweeps.running === 0;
  return { isIdle, nextAt: after.nextAt };
}

interface Queues {
  readonly ready: number;
  readonly receipts: readonly string[];
  readonly nextAt: number;
}

async function queuesOf(emulators: StackProcess, names: readonly string[]): Promise<Queues> {
  const told = await emulators.ask("queues", { names });
  const views: readonly unknown[] = Array.isArray(told?.["queues"]) ? told["queues"] : [];
  const known = views.filter(isRecord);
  return {
    // One that does not answer is not idle.
    ready: told === undefined ? 1 : known.reduce((sum, { ready }) => sum + Number(ready), 0),
    receipts: known.flatMap(({ receipts }) => (Array.isArray(receipts) ? receipts.map(String) : [])).toSorted(),
    nextAt: Math.min(Infinity, ...known.flatMap(({ nextAt }) => (typeof nextAt === "number" ? [nextAt] : []))),
  };
}
