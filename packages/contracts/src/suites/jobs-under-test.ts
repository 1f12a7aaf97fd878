import {
  type Job,
  type JobQueue,
  type JsonValue,
  type OutgoingJob,
  parseJob,
  type ReceivedMessage,
} from "@stephooks/core";
import { expect } from "vitest";
import { arrival, type Arrival, type SourceUnderTest } from "./queue-under-test.ts";

/** One empty job queue for one test. */
export interface JobsUnderTest extends SourceUnderTest {
  readonly queue: JobQueue;
  /** Bodies of all dead letters, those of a topic in their order. Reading may take them out. */
  dead(): Promise<readonly string[]>;
}

/** How fine time is looked at while waiting, seconds. */
const LOOK_EVERY = 0.1;

/** The numbered job of a topic, for its slot 0. */
export function job(topic: string, number: number, changes: Partial<Job> = {}): OutgoingJob {
  const id = `${topic}-${number}`;
  return { job: { id, item: id, topic, payload: { number }, createdAt: 5, ...changes }, slot: 0 };
}

/** The first jobs of a topic, in order. */
export function jobs(topic: string, count: number): readonly OutgoingJob[] {
  return Array.from({ length: count }, (_, index) => job(topic, index + 1));
}

/** The job of a message. */
export function jobOf({ body }: Pick<ReceivedMessage, "body">): Job {
  const parsed = parseJob(body);
  if (!parsed.ok) throw new TypeError(parsed.reason);
  return parsed.job;
}

/** Ids of received jobs, such as `mail-1`. */
export function idsOf(messages: readonly ReceivedMessage[]): readonly string[] {
  return messages.map((message) => jobOf(message).id);
}

/** The next job, alone. */
export async function nextJob(world: JobsUnderTest): Promise<Arrival> {
  const { source } = world;
  return arrival({ ...world, source: { ...source, receive: () => source.receive(1, 0) } });
}

/** The next `count` jobs, each removed as soon as it was received; fails when they do not come. */
export async function worked(world: JobsUnderTest, count: number): Promise<readonly ReceivedMessage[]> {
  const deadline = world.clock.now() + (world.visibilityTimeout + 10) * 1_000;
  const done: ReceivedMessage[] = [];
  while (done.length < count && world.clock.now() <= deadline) {
    const messages = await world.source.receive(10, 0);
    await world.source.remove(messages.map(({ receipt }) => receipt));
    done.push(...messages);
    if (messages.length === 0) await world.pass(LOOK_EVERY);
  }
  expect(done, `${count} jobs`).toHaveLength(count);
  return done;
}

/** A payload that came to the port as any JSON does. */
export function payloadOf(value: unknown): JsonValue {
  const payload: JsonValue = JSON.parse(JSON.stringify(value));
  return payload;
}
