import { type MemoryQueue, memoryQueue } from "@stephooks/contracts";
import { type Logger, PortError, type QueueSource, systemClock } from "@stephooks/core";
import { expect, onTestFinished, test } from "vitest";
import { poll, type PollerOptions } from "../src/poller.ts";
import { until } from "./support/until.ts";

type Invoke = (ids: readonly string[], context: { getRemainingTimeInMillis(): number }) => Promise<unknown>;

/** Failed messages are out of sight for the rest of the test, so each message is handed over once. */
const VISIBILITY = 600;

function queueOf(...bodies: readonly string[]): MemoryQueue {
  const queue = memoryQueue({ clock: systemClock, visibilityTimeout: VISIBILITY });
  for (const body of bodies) queue.inject(body);
  return queue;
}

const left = (queue: MemoryQueue): readonly string[] => queue.messages().map(({ body }) => body);

/** A poller on the queue, and everything that was observed of it. */
function polling(queue: MemoryQueue, invoke: Invoke, options: Partial<PollerOptions> = {}) {
  const stopping = new AbortController();
  const batches: (readonly string[])[] = [];
  const logged: string[] = [];
  const logger: Logger = {
    log: (_level, event, fields) => void logged.push(`${event}: ${String(fields?.["reason"])}`),
  };
  const over = poll({
    source: patient(queue),
    queueArn: "arn:aws:sqs:us-east-1:000000000000:steps",
    batchSize: 10,
    concurrency: 1,
    functionTimeout: 30,
    invoke: (event, context) => {
      const ids = idsIn(event);
      batches.push(ids);
      return invoke(ids, context as { getRemainingTimeInMillis(): number });
    },
    logger,
    signal: stopping.signal,
    ...options,
  });
  const stop = (): Promise<void> => (stopping.abort(), over);
  onTestFinished(stop);
  return { batches, logged, over, stop };
}

/** The memory queue never waits; a broker that has nothing lets its caller wait. */
function patient(queue: QueueSource): QueueSource {
  return {
    receive: async (maximum, waitSeconds) => {
      const batch = await queue.receive(maximum, waitSeconds);
      if (batch.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      return batch;
    },
    remove: (receipts) => queue.remove(receipts),
  };
}

function idsIn(event: object): readonly string[] {
  const { Records } = event as { Records: readonly { messageId: string }[] };
  return Records.map(({ messageId }) => messageId);
}

const failing = (...ids: readonly string[]): object => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

test("a batch that is answered with nothing is deleted", async () => {
  const queue = queueOf("one", "two", "three");
  polling(queue, async () => undefined);
  await until("the queue is empty", () => queue.messages().length === 0);
});

test("the event is the one an event source mapping makes", async () => {
  const queue = queueOf("one");
  const events: unknown[] = [];
  const { batches } = polling(queue, async () => undefined, {
    invoke: async (event) => void events.push(event),
  });
  await until("it is invoked", () => events.length === 1);
  expect(batches).toEqual([]);
  expect(events[0]).toEqual({
    Records: [
      {
        messageId: "m1",
        receiptHandle: "m1/1",
        body: "one",
        attributes: { ApproximateReceiveCount: "1" },
        messageAttributes: {},
        eventSource: "aws:sqs",
        eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:steps",
        awsRegion: "us-east-1",
      },
    ],
  });
});

test("messages named as failed stay, the others are deleted", async () => {
  const queue = queueOf("one", "two", "three");
  const { stop } = polling(queue, async () => failing("m2"));
  await until("two are deleted", () => queue.messages().length === 1);
  await stop();
  expect(left(queue)).toEqual(["two"]);
});

test("an invocation that throws keeps the whole batch", async () => {
  const queue = queueOf("one", "two");
  const { logged, stop } = polling(queue, async () => {
    throw new Error("the table is gone");
  });
  await until("it is logged", () => logged.length === 1);
  await stop();
  expect(left(queue)).toEqual(["one", "two"]);
  expect(logged).toEqual(["invocation failed: Error: the table is gone"]);
});

test("an answer that names an unknown message keeps the whole batch", async () => {
  const queue = queueOf("one", "two");
  const { batches, stop } = polling(queue, async () => failing("m1", "somebody else's"));
  await until("it is invoked", () => batches.length === 1);
  await stop();
  expect(left(queue)).toEqual(["one", "two"]);
});

test("an invocation longer than the function timeout keeps its batch, whatever it answers later", async () => {
  const queue = queueOf("one", "two");
  const answer = Promise.withResolvers<undefined>();
  const { logged, stop } = polling(queue, () => answer.promise, { functionTimeout: 0.05 });
  await until("the time is over", () => logged.length === 1);
  answer.resolve(undefined);
  await stop();
  expect(left(queue)).toEqual(["one", "two"]);
  expect(logged).toEqual(["invocation failed: Error: the invocation took longer than 0.05 s"]);
});

test("the handler is told how much of the function timeout is left", async () => {
  const queue = queueOf("one");
  const remaining: number[] = [];
  polling(queue, async (_ids, context) => void remaining.push(context.getRemainingTimeInMillis()));
  await until("it is invoked", () => remaining.length === 1);
  expect(remaining[0]).toBeGreaterThan(20_000);
  expect(remaining[0]).toBeLessThanOrEqual(30_000);
});

test("a broker that fails is asked again", async () => {
  const queue = queueOf("one");
  let failures = 2;
  const source: QueueSource = {
    ...patient(queue),
    receive: async (maximum, waitSeconds) => {
      if (failures-- > 0) throw new PortError("unavailable", "The broker is away.");
      return patient(queue).receive(maximum, waitSeconds);
    },
  };
  const { logged } = polling(queue, async () => undefined, { source });
  await until("the queue is empty", () => queue.messages().length === 0);
  expect(logged).toEqual([
    "poll failed: PortError: The broker is away.",
    "poll failed: PortError: The broker is away.",
  ]);
});

test("a broker that does not delete gets its batch again, and the poller lives on", async () => {
  const queue = queueOf("one");
  let refused = false;
  const source: QueueSource = {
    ...patient(queue),
    remove: async (receipts) => {
      if (refused) return queue.remove(receipts);
      refused = true;
      queue.expireVisibility();
      throw new PortError("timeout", "No answer.");
    },
  };
  const { batches } = polling(queue, async () => undefined, { source });
  await until("the queue is empty", () => queue.messages().length === 0);
  expect(batches).toEqual([["m1"], ["m1"]]);
});

test("no invocation gets more messages, and no more run at once, than asked for", async () => {
  const queue = queueOf(...Array.from({ length: 10 }, (_, index) => `message ${index}`));
  const full = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const { batches } = polling(
    queue,
    async () => {
      most = Math.max(most, (running += 1));
      if (running === 3) full.resolve();
      await full.promise;
      // Whoever else was let in begins before the first of them ends.
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    },
    { batchSize: 2, concurrency: 3 },
  );
  await until("the queue is empty", () => queue.messages().length === 0);
  expect(batches.map((ids) => ids.length)).toEqual([2, 2, 2, 2, 2]);
  expect(most).toBe(3);
});

test("abort ends an idle poller", async () => {
  await polling(queueOf(), async () => undefined).stop();
});

test("abort ends a poller that pauses after a failure", async () => {
  const source: QueueSource = {
    receive: async () => {
      throw new PortError("unavailable", "The broker is away.");
    },
    remove: async () => {},
  };
  const { logged, stop } = polling(queueOf(), async () => undefined, { source });
  await until("it fails", () => logged.length > 0);
  await stop();
});

test("abort lets a running invocation finish and deletes its batch, and takes no other", async () => {
  const queue = queueOf("one", "two");
  const answer = Promise.withResolvers<undefined>();
  const { batches, over, stop } = polling(queue, () => answer.promise, { batchSize: 1 });
  await until("it is invoked", () => batches.length === 1);
  let ended = false;
  void over.then(() => (ended = true));
  void stop();
  await new Promise(setImmediate);
  expect(ended).toBe(false);
  answer.resolve(undefined);
  await over;
  expect(left(queue)).toEqual(["two"]);
  expect(queue.messages()[0]?.receiveCount).toBe(0);
});
