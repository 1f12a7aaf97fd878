import { encodeWorkMessage, type OutgoingMessage, type Ports } from "@stephooks/core";
import { readItem } from "../raw/raw-view.ts";
import { benchWorld, type BenchWorld, eventText } from "./bench-world.ts";
import type { Emulated } from "./emulated.ts";
import { meterRequests, usageBetween } from "./request-meter.ts";

/** One instance going round and round: what its last steps cost beside its early ones. */
export interface LongLoop {
  readonly steps: number;
  /** Requests and sent messages of one step, at the early and at the last step. */
  readonly early: Readonly<Record<string, number>>;
  readonly last: Readonly<Record<string, number>>;
  readonly earlyBytes: number;
  readonly lastBytes: number;
  /** Of the medians of the last window and the early one. */
  readonly timeRatio: number;
  readonly cpuRatio: number;
  readonly millisecondsPerStep: number;
}

const EARLY_STEP = 100;

/** Part of all steps that makes a window. */
const WINDOWS = 10;

interface StepTime {
  readonly wall: number;
  readonly cpu: number;
}

/** Messages stay in memory: what grows with the steps could only be the item and what is done with it. */
export async function runLongLoop(emulated: Emulated, steps: number): Promise<LongLoop> {
  const outgoing: OutgoingMessage[] = [];
  let sends = 0;
  const queue: Ports["queue"] = {
    send: async (messages) => {
      sends += messages.length;
      outgoing.push(...messages);
    },
    postpone: async () => {},
    backlog: async () => 0,
  };
  const world = await benchWorld(emulated, (ports) => ({ ...ports, queue }));
  const meter = meterRequests(world.clients);
  await world.queued.start({ lap: 0 }, { id: "looper" });
  const times: StepTime[] = [];
  const counts = new Map<number, Readonly<Record<string, number>>>();
  const bytes = new Map<number, number>();
  for (let step = 1; step <= steps; step++) {
    const isLookedAt = step === EARLY_STEP || step === steps;
    const [before, sendsBefore] = [meter.read(), sends];
    times.push(await oneStep(world, outgoing));
    if (!isLookedAt) continue;
    const { readUnits, requests, writeUnits } = usageBetween(before, meter.read());
    counts.set(step, { ...requests, readUnits, writeUnits, sent: sends - sendsBefore });
    bytes.set(step, (await readItem(emulated.dynamodbEndpoint, world.stack.table, "looper")).bytes);
  }
  const size = Math.floor(steps / WINDOWS);
  // The first window is where code is still being compiled.
  const [earlyTimes, lastTimes] = [times.slice(size, 2 * size), times.slice(-size)];
  return {
    steps,
    early: counts.get(EARLY_STEP) ?? {},
    last: counts.get(steps) ?? {},
    earlyBytes: bytes.get(EARLY_STEP) ?? 0,
    lastBytes: bytes.get(steps) ?? 0,
    timeRatio: median(lastTimes, "wall") / median(earlyTimes, "wall"),
    cpuRatio: median(lastTimes, "cpu") / median(earlyTimes, "cpu"),
    millisecondsPerStep: median(lastTimes, "wall"),
  };
}

async function oneStep({ handle, stack }: BenchWorld, outgoing: OutgoingMessage[]): Promise<StepTime> {
  const next = outgoing.shift();
  if (next === undefined) throw new Error("the loop has no message");
  const body = encodeWorkMessage(next.message);
  const event = eventText([{ id: "message", body, receipt: "receipt" }], stack.stepQueueArn);
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  await handle(event);
  const used = process.cpuUsage(cpu);
  return { wall: performance.now() - begun, cpu: (used.user + used.system) / 1_000 };
}

function median(times: readonly StepTime[], of: keyof StepTime): number {
  const sorted = times.map((time) => time[of]).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
