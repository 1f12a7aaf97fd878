import { SendMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { drivenClock, type MemoryInstanceStore, memoryInstanceStore, memoryQueue } from "@stephooks/contracts";
import { sampleHead } from "@stephooks/contracts/suites";
import {
  dueShard,
  type InstanceIndex,
  type InstanceStore,
  type OutgoingMessage,
  type QueueSource,
  type ReceivedMessage,
  type WorkQueue,
} from "@stephooks/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dynamodbInstanceIndex, dynamodbInstanceStore, sqsQueueSource, sqsWorkQueue } from "../../src/index.ts";
import { emulatedQueue } from "../emulated-queue.ts";
import { type EmulatedStack, emulatedStack } from "../emulated-stack.ts";
import { type Both, onBoth } from "./both.ts";
import { type DifferenceName, differences } from "./differences.ts";
import { jobProofs } from "./job-proofs.ts";

const VISIBILITY = 1_000;
const MAX_RECEIVES = 2;

let world: EmulatedStack;
beforeAll(async () => {
  world = await emulatedStack();
});
afterAll(() => world.dispose());

interface Store {
  readonly store: InstanceStore;
  readonly index: InstanceIndex;
}

function stores(): Both<Store> {
  const double: MemoryInstanceStore = memoryInstanceStore();
  const { clients, stack } = world;
  const real = {
    store: dynamodbInstanceStore(clients.dynamodb, stack.table),
    index: dynamodbInstanceIndex(clients.dynamodb, stack.table),
  };
  return { double: { store: double, index: double.index }, real };
}

interface Queue {
  readonly queue: WorkQueue;
  readonly source: QueueSource;
  readonly deadLetters: QueueSource;
}

async function queues(): Promise<Both<Queue> & { readonly url: string }> {
  const clock = drivenClock();
  const deadLetters = memoryQueue({ clock, visibilityTimeout: VISIBILITY });
  const double = memoryQueue({ clock, visibilityTimeout: VISIBILITY, maxReceiveCount: MAX_RECEIVES, deadLetters });
  const { sqs } = world.clients;
  const { deadLetterUrl, url } = await emulatedQueue(sqs, VISIBILITY, MAX_RECEIVES);
  const real = {
    queue: sqsWorkQueue(sqs, url),
    source: sqsQueueSource(sqs, url),
    deadLetters: sqsQueueSource(sqs, deadLetterUrl),
  };
  return { double: { queue: double, source: double, deadLetters }, real, url };
}

function wakes(...tokens: readonly number[]): readonly OutgoingMessage[] {
  return tokens.map((token) => ({
    message: { kind: "wake", instance: "order-1", token, dutiesDone: true },
    delaySeconds: 0,
  }));
}

async function receiveOne({ source }: Queue): Promise<ReceivedMessage> {
  const [message] = await source.receive(1, 0);
  if (message === undefined) throw new TypeError("no message came");
  return message;
}

/** Receives the one message as often as it may be, and once more: then it is a dead letter. */
async function exhaust(port: Queue): Promise<void> {
  for (let time = 0; time < MAX_RECEIVES; time += 1) {
    await port.queue.postpone((await receiveOne(port)).receipt, 0);
  }
  expect(await port.source.receive(1, 0)).toEqual([]);
}

/** What one entry of a raw batch comes to. */
async function sendRaw(url: string, entry: { MessageBody: string; DelaySeconds?: number; MessageGroupId?: string }) {
  const command = new SendMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: "0", ...entry }] });
  const { Failed = [], Successful = [] } = await world.clients.sqs.send(command);
  return { accepted: Successful.length, refused: Failed.map(({ Code }) => Code) };
}

const always = { statusIn: ["runnable"] } as const;

/** Each row of the table, shown. */
const proofs: Readonly<Record<DifferenceName, () => Promise<void>>> = {
  ...jobProofs(() => world.clients.sqs),
  itemSize: async () => {
    const state = new Map([["large", JSON.stringify("x".repeat(410 * 1_024))]]);
    const ends = await onBoth(stores(), ({ store }) => store.create(sampleHead({ state })));
    expect(ends).toEqual({ double: { ok: true }, real: { rejected: "too-large" } });
  },
  expressionSize: async () => {
    const ends = await onBoth(stores(), async ({ store }) => {
      const { id } = sampleHead();
      await store.create(sampleHead({ id }));
      const set = new Map(Array.from({ length: 400 }, (_, index) => [`key-${index}`, "1"]));
      return store.update(id, { set: {}, state: { kind: "keys", set, remove: [] } }, always);
    });
    expect(ends).toEqual({ double: { ok: true }, real: { rejected: "too-large" } });
  },
  dueTies: async () => {
    const ids = ["tie-c", "tie-a", "tie-b", "tie-e", "tie-d"].map((name) => sameShard(name));
    const ends = await onBoth(stores(), async ({ index, store }) => {
      for (const id of ids) await store.create(sampleHead({ id, indexedAt: 77 }));
      return (await index.due(dueShard(ids[0] ?? ""), 77, 78)).map(({ id }) => id);
    });
    expect(ends.double).toEqual(ids);
    expect(ends.real).toEqual(ids.toSorted());
  },
  indexLag: async () => {
    const head = sampleHead({ workflow: `lag-${sampleHead().id}` });
    const query = { workflow: head.workflow, group: "active", limit: 1 } as const;
    const ends = await onBoth(stores(), async ({ index, store }) => {
      await store.create(head);
      return (await index.list(query)).ids;
    });
    expect(ends).toEqual({ double: [head.id], real: [head.id] });
  },
  longDelay: async () => {
    const both = await queues();
    const [wake] = wakes(1);
    const ends = await onBoth(both, ({ queue }) => queue.send(wake ? [{ ...wake, delaySeconds: 901 }] : []));
    expect(ends).toEqual({ double: { rejected: "invalid" }, real: { rejected: "invalid" } });
    expect(await sendRaw(both.url, { MessageBody: "{}", DelaySeconds: 901 })).toEqual({ accepted: 1, refused: [] });
  },
  messageSize: async () => {
    const state = new Map([["large", JSON.stringify("x".repeat(1_048_576))]]);
    const start = {
      kind: "create",
      instance: "a",
      startId: "s",
      workflow: "w",
      step: "a",
      createdAt: 1,
      state,
    } as const;
    const ends = await onBoth(await queues(), ({ queue }) => queue.send([{ message: start, delaySeconds: 0 }]));
    expect(ends).toEqual({ double: undefined, real: { rejected: "too-large" } });
  },
  highCharacters: async () => {
    const { url } = await queues();
    expect(await sendRaw(url, { MessageBody: "💳" })).toEqual({ accepted: 0, refused: ["InvalidMessageContents"] });
  },
  messageGroup: async () => {
    const { url } = await queues();
    expect(await sendRaw(url, { MessageBody: "{}", MessageGroupId: "one" })).toEqual({ accepted: 1, refused: [] });
    const ask = new ReceiveMessageCommand({ QueueUrl: url, MessageSystemAttributeNames: ["All"] });
    const { Messages = [] } = await world.clients.sqs.send(ask);
    expect(Messages.map(({ Attributes }) => Attributes?.MessageGroupId)).toEqual([undefined]);
  },
  order: async () => {
    const ends = await onBoth(await queues(), async (port) => {
      await port.queue.send(wakes(1, 2));
      await port.queue.postpone((await receiveOne(port)).receipt, 0);
      return (await receiveOne(port)).receiveCount;
    });
    // The first one again, or the second one for the first time.
    expect(ends).toEqual({ double: 2, real: 1 });
  },
  shortPoll: async () => {
    const ends = await onBoth(await queues(), async ({ queue, source }) => {
      await queue.send(wakes(1, 2, 3, 4, 5, 6, 7, 8, 9));
      return (await source.receive(9, 0)).length;
    });
    expect(ends).toEqual({ double: 9, real: 9 });
  },
  longPoll: async () => {
    const ends = await onBoth(await queues(), async ({ source }) => {
      const begun = performance.now();
      await source.receive(1, 1);
      return performance.now() - begun > 900;
    });
    expect(ends).toEqual({ double: false, real: true });
  },
  lateDelete: async () => {
    const ends = await onBoth(await queues(), async (port) => {
      await port.queue.send(wakes(1));
      const { receipt } = await receiveOne(port);
      await port.queue.postpone(receipt, 0);
      await port.source.remove([receipt]);
      return (await port.source.receive(1, 0)).length;
    });
    expect(ends).toEqual({ double: 0, real: 1 });
  },
  longestVisibility: async () => {
    const ends = await onBoth(await queues(), async (port) => {
      await port.queue.send(wakes(1));
      const { receipt } = await receiveOne(port);
      // Both count from now, not from the receive.
      return port.queue.postpone(receipt, 43_200);
    });
    expect(ends).toEqual({ double: undefined, real: undefined });
  },
  deadLetterCount: async () => {
    const ends = await onBoth(await queues(), async (port) => {
      await port.queue.send(wakes(1));
      await exhaust(port);
      return (await port.deadLetters.receive(1, 0)).map(({ receiveCount }) => receiveCount);
    });
    expect(ends).toEqual({ double: [MAX_RECEIVES + 1], real: [MAX_RECEIVES + 2] });
  },
  deadLetterMove: async () => {
    const ends = await onBoth(await queues(), async (port) => {
      await port.queue.send(wakes(1));
      await port.queue.postpone((await receiveOne(port)).receipt, 0);
      const { receipt } = await receiveOne(port);
      // The second message stands before the first, which shows after it.
      await port.queue.send(wakes(2));
      await port.queue.postpone(receipt, 0);
      await receiveOne(port);
      return (await port.deadLetters.receive(10, 0)).length;
    });
    expect(ends).toEqual({ double: 1, real: 0 });
  },
  twice: async () => {
    const ends = await onBoth(await queues(), async ({ queue, source }) => {
      await queue.send(wakes(1));
      return [(await source.receive(1, 0)).length, (await source.receive(1, 0)).length];
    });
    expect(ends).toEqual({ double: [1, 0], real: [1, 0] });
  },
};

describe("what stands in the table of differences still is one", () => {
  const rows = Object.entries(differences).map(([name, row]) => ({ name: name as DifferenceName, ...row }));

  test.each(rows)("$name: $operation", async ({ name }) => {
    await proofs[name]();
  });

  test("and each row names the documentation that says who is right", () => {
    for (const { documentation } of Object.values(differences)) {
      expect(documentation).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/.+\.html$/);
    }
  });
});

/** An id that begins with the name and lies in one shard with all others. */
function sameShard(name: string): string {
  for (let n = 0; ; n += 1) if (dueShard(`${name}-${n}`) === 3) return `${name}-${n}`;
}
