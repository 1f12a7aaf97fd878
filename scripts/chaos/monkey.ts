import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { ProcessName, Stack } from "@stephooks/local";
import { seededChance } from "./seeded-chance.ts";

/** From the end of one blow to the next on the same process, milliseconds. */
const LEAST_PAUSE = 500;
const MOST_PAUSE = 2_000;

/** How long a stopped process stands still, milliseconds; the worker now and then longer than a message is hidden. */
const SHORT_STOP = { least: 100, most: 1_500 };
const LONG_STOP = { least: 8_000, most: 10_000 };
const LONG_STOPS = 0.1;

/** Part of the blows that kill; the others stop and continue. */
const KILLS = 0.6;

/** Part of the blows at the emulators that only stop DynamoDB, which is a child of their process, beside SQS. */
const DYNAMODB_ALONE = 0.3;

/** Starting again may lose a race for its port: tried this often. */
const RESTARTS = 5;

const processes: readonly ProcessName[] = ["worker", "http", "emulators"];

type Target = ProcessName | "dynamodb";

interface Blow {
  readonly target: Target;
  /** Absent for SIGKILL. */
  readonly stillFor?: number;
}

export interface Tally {
  kills: number;
  stops: number;
}

export interface Monkey {
  tally(): Readonly<Record<Target, Readonly<Tally>>>;
  /** Ends the blows and settles when every process runs again. @throws AggregateError when one could not. */
  stop(): Promise<void>;
}

/**
 * Hits every process of the stack until stopped, each on a schedule of its own: what, when and how long is decided by
 * the seed alone.
 */
export function releaseMonkey(stack: Stack, dataFile: string, seed: number): Monkey {
  const tally = { worker: none(), http: none(), emulators: none(), dynamodb: none() };
  const stopping = new AbortController();
  const { signal } = stopping;
  const schedule = async (name: ProcessName, chance: () => number): Promise<void> => {
    for (;;) {
      await pause(between(chance, LEAST_PAUSE, MOST_PAUSE), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      const { stillFor, target } = nextBlow(name, chance);
      if (stillFor === undefined) {
        tally[target].kills += 1;
        await killAndRestart(stack, name);
      } else {
        tally[target].stops += 1;
        await standStill(pidOf(stack, target, dataFile), stillFor);
      }
    }
  };
  const schedules = Promise.allSettled(
    processes.map((name, index) => schedule(name, seededChance(seed * processes.length + index))),
  );
  return {
    tally: () => tally,
    stop: async () => {
      stopping.abort();
      const failures = (await schedules).flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      // A process that could not be started again: nothing that follows would be a fair trial.
      if (failures.length > 0) throw new AggregateError(failures, "the chaos itself failed");
    },
  };
}

/** Draws equally often whatever comes of it, so that a schedule does not depend on what it hits. */
function nextBlow(name: ProcessName, chance: () => number): Blow {
  const [kills, alone, long, length] = [chance() < KILLS, chance() < DYNAMODB_ALONE, chance() < LONG_STOPS, chance()];
  const target = name === "emulators" && alone ? "dynamodb" : name;
  if (kills && target !== "dynamodb") return { target };
  const { least, most } = long && target === "worker" ? LONG_STOP : SHORT_STOP;
  return { target, stillFor: least + length * (most - least) };
}

function none(): Tally {
  return { kills: 0, stops: 0 };
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

function between(chance: () => number, least: number, most: number): number {
  return least + chance() * (most - least);
}
