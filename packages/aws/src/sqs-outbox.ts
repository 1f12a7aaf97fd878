import { clearTimeout, setImmediate, setTimeout } from "node:timers";
import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { PortError } from "@stephooks/core";
import { type EntryFailures, MAX_BATCH_ENTRIES, sendBatch } from "./sqs-batch.ts";
import type { WriteTraffic } from "./write-traffic.ts";

/** SQS's limit for one message and for one batch, bytes of UTF-8. */
export const MAX_BATCH_BYTES = 1_048_576;

/** Batches in flight at once. */
const LANES = 8;

/**
 * How long a message waits for writes on their way, milliseconds: about as long as a write takes, so the messages of
 * one invocation's commits go together and one slow write holds nobody up.
 */
const LINGER = 10;

/** A message ready to be sent. */
export interface Letter {
  readonly body: string;
  /** Of the body, UTF-8. */
  readonly bytes: number;
  readonly delaySeconds: number;
}

/** Gathers what is sent at about the same time into common batches. */
export interface Outbox {
  /** Settles when every letter of this call was accepted, rejects with the first failure of one of them. */
  post(letters: readonly Letter[]): Promise<void>;
}

/** One call of `post` until it is settled. */
interface Call {
  left: number;
  failure: PortError | undefined;
  readonly settled: PromiseWithResolvers<void>;
}

interface Parcel {
  readonly letter: Letter;
  readonly call: Call;
}

export function sqsOutbox(client: SQSClient, queueUrl: string, traffic: WriteTraffic): Outbox {
  const waiting: Parcel[] = [];
  const send = async (batch: readonly Parcel[]): Promise<EntryFailures> => {
    const entries = batch.map(({ letter }, index) => ({
      Id: String(index),
      MessageBody: letter.body,
      DelaySeconds: letter.delaySeconds,
    }));
    return sendBatch("SendMessageBatch", entries, (left) =>
      client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: left })),
    );
  };
  const flush = (): void => void sendAll(cutBatches(waiting.splice(0)), send);
  return {
    post: async (letters) => {
      if (letters.length === 0) return;
      const call: Call = { left: letters.length, failure: undefined, settled: Promise.withResolvers() };
      if (waiting.length === 0) gather(traffic, () => waiting.length, flush);
      waiting.push(...letters.map((letter) => ({ letter, call })));
      await call.settled.promise;
    },
  };
}

/** Calls `flush` when nothing more is about to come, a batch is full, or the linger is over. */
function gather(traffic: WriteTraffic, count: () => number, flush: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const finish = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    flush();
  };
  // After the answers that came in the same turn of the event loop: their messages join this one's batch.
  const look = (): void => {
    if (isOver) return;
    if (traffic.isQuiet || count() >= MAX_BATCH_ENTRIES) return finish();
    timer ??= setTimeout(finish, LINGER);
    traffic.onceQuiet(() => void setImmediate(look));
  };
  setImmediate(look);
}

function cutBatches(parcels: readonly Parcel[]): readonly (readonly Parcel[])[] {
  const batches: Parcel[][] = [];
  let current: Parcel[] = [];
  let currentBytes = 0;
  for (const parcel of parcels) {
    const { bytes } = parcel.letter;
    if (current.length === MAX_BATCH_ENTRIES || currentBytes + bytes > MAX_BATCH_BYTES) {
      batches.push(current);
      current = [];
      currentBytes = 0;
    }
    current.push(parcel);
    currentBytes += bytes;
  }
  return current.length === 0 ? batches : [...batches, current];
}

type Send = (batch: readonly Parcel[]) => Promise<EntryFailures>;

async function sendAll(batches: readonly (readonly Parcel[])[], send: Send): Promise<void> {
  for (let index = 0; index < batches.length; index += LANES) {
    await Promise.all(batches.slice(index, index + LANES).map((batch) => sendShared(batch, send)));
  }
}

/** What one call sent must not harm another: a batch refused as a whole is sent again, each call's part by itself. */
async function sendShared(batch: readonly Parcel[], send: Send): Promise<void> {
  const failures = await send(batch);
  const wasRefused = failures.size === batch.length && [...failures.values()].every(isRefusal);
  if (!wasRefused) return settle(batch, failures);
  const calls = Map.groupBy(batch, ({ call }) => call);
  if (calls.size === 1) return settle(batch, failures);
  await Promise.all([...calls.values()].map(async (own) => settle(own, await send(own))));
}

function isRefusal({ code }: PortError): boolean {
  return code === "invalid" || code === "too-large";
}

function settle(batch: readonly Parcel[], failures: EntryFailures): void {
  for (const [index, { call }] of batch.entries()) {
    call.left -= 1;
    call.failure ??= failures.get(String(index));
    if (call.left > 0) continue;
    if (call.failure === undefined) call.settled.resolve();
    else call.settled.reject(call.failure);
  }
}
