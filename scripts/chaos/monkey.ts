import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { ProcessName, Stack } from "@stephooks/local";

/** Between two blows, milliseconds. */
const LEAST_PAUSE = 500;
const MOST_PAUSE = 2_000;

/** How long a stopped process stands still, milliseconds; now and then longer than a message stays hidden. */
const SHORT_STOP = { least: 100, most: 1_500 };
const LONG_STOP = { least: 8_000, most: 10_000 };
const LONG_STOPS = 0.1;

/** Part of the blows that kill; the others stop and continue. */
const KILLS = 0.6;

/** Starting again may lose a race for its port: tried this often. */
const RESTARTS = 5;

/** What can be hit. The emulators process holds SQS and, as its child, DynamoDB; killing it kills both. */
const targets = ["worker", "worker", "http", "emulators", "dynamodb"] as const;

type Target = (typeof targets)[number];

export interface Tally {
  readonly kills: number;
  readonly stops: number;
}

export interface Monkey {
  tally(): Readonly<Record<Target, Tally>>;
  /** Ends the blows and settles when every process runs again. */
  stop(): Promise<void>;
}

/** Hits the processes of the stack until stopped. What, when and how long is decided by `chance` alone. */
export function releaseMonkey(stack: Stack, dataFile: string, chance: () => number): Monkey {
  const counts = new Map<Target, { kills: number; stops: number }>(
    targets.map((target) => [target, { kills: 0, stops: 0 }]),
  );
  const busy = new Map<ProcessName, Promise<void>>();
  const failures: unknown[] = [];
  const stopping = new AbortController();
  const blows = (async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await pause(between(chance, LEAST_PAUSE, MOST_PAUSE), undefined, { signal: stopping.signal }).catch(() => {});
      const [target, kills, long, length] = [pick(chance), chance() < KILLS, chance() < LONG_STOPS, chance()];
      const name = target === "dynamodb" ? "emulators" : target;
      const tally = counts.get(target);
      if (stopping.signal.aborted || busy.has(name) || tally === undefined) continue;
      const { least, most } = long && target === "worker" ? LONG_STOP : SHORT_STOP;
      const isKill = kills && target !== "dynamodb";
      if (isKill) tally.kills += 1;
      else tally.stops += 1;
      const blow = isKill
        ? killAndRestart(stack, name)
        : standStill(pidOf(stack, target, dataFile), least + length * (most - least));
      const over = blow.catch((error: unknown) => void failures.push(error)).finally(() => busy.delete(name));
      busy.set(name, over);
    }
  })();
  return {
    tally: () => ({
      worker: { kills: 0, stops: 0 },
      http: { kills: 0, stops: 0 },
      emulators: { kills: 0, stops: 0 },
      dynamodb: { kills: 0, stops: 0 },
      ...Object.fromEntries(counts),
    }),
    stop: async () => {
      stopping.abort();
      await blows;
      await Promise.all(busy.values());
      // A process that could not be started again: nothing that follows would be a fair trial.
      if (failures.length > 0) throw new AggregateError(failures, "the chaos itself failed");
    },
  };
}

async function killAndRestart(stack: Stack, name: ProcessName): Promise<void> {
  await stack.kill(name);
  for (let tries = 1; ; tries++) {
    try {
      return await stack.restart(name);
    } catch (error) {
      if (tries === RESTARTS) throw error;
    }
  }
}

async function standStill(pid: number, milliseconds: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  try {
    await pause(milliseconds);
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

function pidOf(stack: Stack, target: Target, dataFile: string): number {
  if (target !== "dynamodb") return stack.process(target).pid;
  // The emulator notes beside its data file who has it open.
  return Number(readFileSync(`${dataFile}.pid`, "utf8").split(" ")[0]);
}

function pick(chance: () => number): Target {
  return targets[Math.floor(chance() * targets.length)] ?? "worker";
}

function between(chance: () => number, least: number, most: number): number {
  return least + chance() * (most - least);
}
