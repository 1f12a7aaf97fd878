import type { Clock, QueueSource, ReceivedMessage, WorkMessage, WorkQueue } from "@stephooks/core";
import { expect } from "vitest";

/** One empty queue for one test. */
export interface QueueUnderTest extends SourceUnderTest {
  readonly queue: WorkQueue;
  /** Where exhausted messages go. */
  readonly deadLetters: QueueSource;
  /** Receives before a message becomes a dead letter; 2 or 3. */
  readonly maxReceiveCount: number;
}

/** The consuming side of a queue under test. */
export interface SourceUnderTest {
  readonly source: QueueSource;
  /** Seconds a received message stays hidden. Real brokers: 2, so that a test is short but not racy. */
  readonly visibilityTimeout: number;
  /** The broker's time, read only. */
  readonly clock: Pick<Clock, "now">;
  /** Lets the broker's time pass: moves a driven clock, or really waits. */
  pass(seconds: number): Promise<void>;
  dispose?(): Promise<void>;
}

/** How fine time is looked at while waiting, seconds. */
const LOOK_EVERY = 0.1;

/** A message with the time it arrived, epoch milliseconds. */
export interface Arrival extends ReceivedMessage {
  readonly arrivedAt: number;
}

/** The first `count` messages; fails when they have not arrived `within` seconds of the broker's time. */
export async function arrivals(
  world: SourceUnderTest,
  count: number,
  within = world.visibilityTimeout + 10,
  source: QueueSource = world.source,
): Promise<readonly Arrival[]> {
  const deadline = world.clock.now() + within * 1_000;
  const arrived: Arrival[] = [];
  for (;;) {
    const messages = await source.receive(10, 0);
    arrived.push(...messages.map((message) => ({ ...message, arrivedAt: world.clock.now() })));
    if (arrived.length >= count) return arrived;
    if (world.clock.now() > deadline) break;
    if (messages.length === 0) await world.pass(LOOK_EVERY);
  }
  expect(arrived, `${count} messages within ${within} s`).toHaveLength(count);
  return arrived;
}

/** The one message that arrives; fails when more do. */
export async function arrival(world: SourceUnderTest, within?: number): Promise<Arrival> {
  const [first, ...others] = await arrivals(world, 1, within);
  if (first === undefined || others.length > 0) throw new TypeError("Not exactly one message arrived.");
  return first;
}

/** Fails when a message arrives in the next `seconds`. */
export async function silence(world: SourceUnderTest, seconds: number): Promise<void> {
  const end = world.clock.now() + seconds * 1_000;
  while (world.clock.now() < end) {
    expect(await world.source.receive(10, 0)).toEqual([]);
    await world.pass(LOOK_EVERY);
  }
}

/** A wake for a token, so that messages can be told apart. */
export function wake(token: number): WorkMessage {
  return { kind: "wake", instance: "order-1", token, dutiesDone: true };
}
