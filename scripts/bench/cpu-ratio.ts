import { bareLoop } from "./bare-loop.ts";
import { benchWorld, type BenchWorld, invokeOnce } from "./bench-world.ts";
import type { Emulated } from "./emulated.ts";

/** Processor time of one transition, in the engine and in a bare loop that makes the same requests. */
export interface CpuRatio {
  readonly transitions: number;
  /** Microseconds of user and system time in this process. */
  readonly engine: number;
  readonly bare: number;
  /** Of the medians. */
  readonly ratio: number;
}

const BATCH = 10;

/** Invocations of one side before it is the other's turn. */
const BLOCK = 10;

const WARM_UP_BLOCKS = 10;

export async function measureCpu(emulated: Emulated, blocks: number): Promise<CpuRatio> {
  const [engine, bare] = [await startedWorld(emulated), await startedWorld(emulated)];
  const bareHandle = bareLoop(bare);
  const costs: { readonly engine: number; readonly bare: number }[] = [];
  for (let block = 0; block < WARM_UP_BLOCKS + blocks; block++) {
    // The first of a pair pays for the garbage of the one before: take turns.
    const engineFirst = block % 2 === 0;
    const first = await (engineFirst ? oneBlock(engine, engine.handle) : oneBlock(bare, bareHandle));
    const second = await (engineFirst ? oneBlock(bare, bareHandle) : oneBlock(engine, engine.handle));
    if (block < WARM_UP_BLOCKS) continue;
    costs.push(engineFirst ? { engine: first, bare: second } : { engine: second, bare: first });
  }
  const result = { engine: median(costs.map((cost) => cost.engine)), bare: median(costs.map((cost) => cost.bare)) };
  return { transitions: blocks * BLOCK * BATCH, ...result, ratio: result.engine / result.bare };
}

/** Ten instances whose create messages are handled, so that only wakes are measured. */
async function startedWorld(emulated: Emulated): Promise<BenchWorld> {
  const world = await benchWorld(emulated);
  const ids = Array.from({ length: BATCH }, (_, index) => `instance-${index}`);
  await Promise.all(ids.map((id) => world.queued.start({ lap: 0 }, { id })));
  // The history fills up here, too: from then on both sides write items of one size.
  for (let count = 0; count < 20; count++) await invokeOnce(world, BATCH, world.handle);
  return world;
}

/** Microseconds per transition; receiving and deleting are not the handler's work. */
async function oneBlock(world: BenchWorld, handle: (event: string) => Promise<unknown>): Promise<number> {
  let used = 0;
  for (let count = 0; count < BLOCK; count++) {
    await invokeOnce(world, BATCH, async (event) => {
      const begun = process.cpuUsage();
      const answer = await handle(event);
      const { system, user } = process.cpuUsage(begun);
      used += system + user;
      return answer;
    });
  }
  return used / (BLOCK * BATCH);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
