import { bareLoop } from "@stephooks/aws/bench";
import { benchWorld, type BenchWorld, invokeOnce } from "./bench-world.ts";
import type { Emulated } from "./emulated.ts";
import { type RequestTally, tallyRequests } from "./request-tally.ts";

/** Processor time of one transition, in the engine and in a bare loop that makes the same requests. */
export interface CpuRatio {
  /** Measured, of each side. */
  readonly transitions: number;
  /** Median of the rounds, microseconds of user and system time in this process. */
  readonly engine: number;
  readonly bare: number;
  /** Quartiles of the rounds' ratios; the middle one is the result. */
  readonly quartiles: readonly [number, number, number];
  /** Rounds not counted, because one side made more requests: a slow write parted a batch of messages, say. */
  readonly uneven: number;
}

const BATCH = 10;

/**
 * Invocations of one side before it is the other's turn. A collection of garbage costs as much as several invocations and
 * comes once in about a dozen: in short turns it falls on whoever is there, in long ones on whoever made the garbage.
 */
const BLOCK = 50;

/** V8 goes on compiling for some ten thousand transitions of each side. */
const WARM_UP_ROUNDS = 12;

/** How much the sizes of requests may differ: the digits of times and durations do. */
const SIZE_TOLERANCE = 0.02;

interface Side {
  readonly world: BenchWorld;
  readonly tally: RequestTally;
  handle(event: string): Promise<unknown>;
}

interface Round {
  readonly engine: number;
  readonly bare: number;
  readonly isEven: boolean;
}

/** @throws Error when the two do not make the same requests. */
export async function measureCpu(emulated: Emulated, rounds: number): Promise<CpuRatio> {
  const [engineWorld, bareWorld] = [await startedWorld(emulated), await startedWorld(emulated)];
  const engine = { world: engineWorld, tally: tallyRequests(engineWorld.clients), handle: engineWorld.handle };
  const { clients, stack } = bareWorld;
  const bare = { world: bareWorld, tally: tallyRequests(clients), handle: bareLoop({ clients, ...stack }) };
  const measured: Round[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
    const one = await oneRound(engine, bare, round % 2 === 0);
    if (round >= WARM_UP_ROUNDS) measured.push(one);
  }
  const even = measured.filter(({ isEven }) => isEven);
  const ratios = even.map((round) => round.engine / round.bare);
  return {
    transitions: even.length * 2 * BLOCK * BATCH,
    engine: quantile(
      even.map((round) => round.engine),
      0.5,
    ),
    bare: quantile(
      even.map((round) => round.bare),
      0.5,
    ),
    quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.5), quantile(ratios, 0.75)],
    uneven: measured.length - even.length,
  };
}

/** Four blocks, engine, bare, bare, engine or the other way round: what changes in the meantime weighs on both. */
async function oneRound(engine: Side, bare: Side, engineFirst: boolean): Promise<Round> {
  engine.tally.clear();
  bare.tally.clear();
  const [outer, inner] = engineFirst ? [engine, bare] : [bare, engine];
  const first = await oneBlock(outer);
  const ofInner = ((await oneBlock(inner)) + (await oneBlock(inner))) / 2;
  const ofOuter = (first + (await oneBlock(outer))) / 2;
  const isEven = sameRequests(engine.tally, bare.tally);
  return engineFirst ? { engine: ofOuter, bare: ofInner, isEven } : { engine: ofInner, bare: ofOuter, isEven };
}

function sameRequests(engine: RequestTally, bare: RequestTally): boolean {
  for (const [operation, { bytes, requests }] of engine) {
    const other = bare.get(operation);
    if (other === undefined) throw new Error(`the bare loop makes no request ${operation}`);
    if (requests !== other.requests) return false;
    if (Math.abs(bytes / other.bytes - 1) <= SIZE_TOLERANCE) continue;
    throw new Error(`${requests} ${operation} of the engine are ${bytes} bytes, the bare loop's ${other.bytes}`);
  }
  return engine.size === bare.size;
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
async function oneBlock({ handle, world }: Side): Promise<number> {
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

/** The value below which this part of them lies; between two of them, their mean. */
function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return (below + above) / 2;
}
