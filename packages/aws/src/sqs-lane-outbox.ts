import { setImmediate } from "node:timers";
import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { PortError } from "@stephooks/core";
import { type EntryFailure, MAX_BATCH_ENTRIES, sendBatchOnce } from "./sqs-batch.ts";
import { MAX_BATCH_BYTES } from "./sqs-outbox.ts";

/** Batches in flight at once. */
const IN_FLIGHT = 8;

/** A message for a FIFO queue, ready to be sent. */
export interface LaneLetter {
  readonly body: string;
  /** Of the body, UTF-8. */
  readonly bytes: number;
  /** Its message group. */
  readonly lane: string;
  /** Its deduplication id. */
  readonly key: string;
}

/** One call of `post` until it is settled. */
interface Call {
  left: number;
  failure: PortError | undefined;
  readonly settled: PromiseWithResolvers<void>;
}

interface Parcel {
  readonly letter: LaneLetter;
  readonly call: Call;
  /** How often it has been sent and was not accepted. */
  readonly refusals: number;
}

/**
 * Sends to a FIFO queue in batches, and keeps the order of every lane: of calls that come together, in their order; a
 * lane's next batch only when its last one was answered. SQS enqueues the entries of one batch in their order
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html), but may refuse one
 * and take a later one. Such an entry is not sent again, its call fails: what was accepted cannot be called back.
 */
export class SqsLaneOutbox {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  /** What waits, by lane. The lane that was served last is the last one. */
  readonly #lanes = new Map<string, Parcel[]>();
  /** Lanes with a batch in flight. */
  readonly #busy = new Set<string>();
  #inFlight = 0;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  /**
   * Settles when every letter of this call was accepted or will not be sent; rejects with the first failure. After one
   * nothing more of the call is sent.
   */
  async post(letters: readonly LaneLetter[]): Promise<void> {
    if (letters.length === 0) return;
    const call: Call = { left: letters.length, failure: undefined, settled: Promise.withResolvers() };
    for (const letter of letters) {
      const waiting = this.#lanes.get(letter.lane);
      const parcel = { letter, call, refusals: 0 };
      if (waiting === undefined) this.#lanes.set(letter.lane, [parcel]);
      else waiting.push(parcel);
    }
    // Calls of the same turn of the event loop share batches.
    setImmediate(() => this.#pump());
    await call.settled.promise;
  }

  #pump(): void {
    while (this.#inFlight < IN_FLIGHT) {
      const batch = this.#takeBatch();
      if (batch.length === 0) return;
      void this.#fly(batch);
    }
  }

  /** The next letters of all idle lanes in turn: entries of different lanes can be sent again by themselves. */
  #takeBatch(): readonly Parcel[] {
    const idle = [...this.#lanes].filter(([lane]) => !this.#busy.has(lane)).slice(0, MAX_BATCH_ENTRIES);
    const batch = cutBatch(idle.map(([, waiting]) => waiting));
    for (const [lane, taken] of Map.groupBy(batch, ({ letter }) => letter.lane)) {
      this.#keep(lane, this.#lanes.get(lane)?.slice(taken.length) ?? []);
    }
    return batch;
  }

  #keep(lane: string, waiting: Parcel[]): void {
    this.#lanes.delete(lane);
    if (waiting.length > 0) this.#lanes.set(lane, waiting);
  }

  async #fly(batch: readonly Parcel[]): Promise<void> {
    const lanes = new Set(batch.map(({ letter }) => letter.lane));
    for (const lane of lanes) this.#busy.add(lane);
    this.#inFlight += 1;
    const failures = await this.#send(batch);
    this.#inFlight -= 1;
    for (const lane of lanes) this.#busy.delete(lane);
    this.#settle(batch, failures);
    this.#pump();
  }

  #send(batch: readonly Parcel[]): Promise<ReadonlyMap<string, EntryFailure>> {
    const entries = batch.map(({ letter }, index) => ({
      Id: String(index),
      MessageBody: letter.body,
      MessageGroupId: letter.lane,
      MessageDeduplicationId: letter.key,
    }));
    return sendBatchOnce("SendMessageBatch", entries, (all) =>
      this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries: all })),
    );
  }

  #settle(batch: readonly Parcel[], failures: ReadonlyMap<string, EntryFailure>): void {
    const failureOf = (index: number): EntryFailure | undefined => failures.get(String(index));
    for (const [index, parcel] of batch.entries()) {
      const failure = failureOf(index);
      if (failure === undefined) continue;
      const isOvertaken = batch.some(
        ({ letter }, other) => other > index && letter.lane === parcel.letter.lane && failureOf(other) === undefined,
      );
      const isFinal = failure.isOurs || parcel.refusals > 0 || isOvertaken;
      if (isFinal) parcel.call.failure ??= failure.error;
    }
    const again = batch.filter(({ call }, index) => failureOf(index) !== undefined && call.failure === undefined);
    for (const [lane, refused] of Map.groupBy(again, ({ letter }) => letter.lane)) {
      const front = refused.map((parcel) => ({ ...parcel, refusals: parcel.refusals + 1 }));
      this.#keep(lane, [...front, ...(this.#lanes.get(lane) ?? [])]);
    }
    const sent = batch.filter((parcel) => !again.includes(parcel));
    for (const { call } of [...sent, ...this.#dropFailed(batch)]) finish(call);
  }

  /** Takes out what waits of calls that have failed. */
  #dropFailed(batch: readonly Parcel[]): readonly Parcel[] {
    if (batch.every(({ call }) => call.failure === undefined)) return [];
    const dropped: Parcel[] = [];
    for (const [lane, waiting] of [...this.#lanes]) {
      const { lost = [], kept = [] } = Object.groupBy(waiting, ({ call }) => (call.failure ? "lost" : "kept"));
      dropped.push(...lost);
      if (lost.length > 0) this.#keep(lane, kept);
    }
    return dropped;
  }
}

/** As many letters as one request takes: the first of every lane, then the second of every lane, and so on. */
function cutBatch(lanes: readonly (readonly Parcel[])[]): readonly Parcel[] {
  const batch: Parcel[] = [];
  let bytes = 0;
  for (let place = 0; ; place += 1) {
    const row = lanes.map((waiting) => waiting[place]).filter((parcel) => parcel !== undefined);
    if (row.length === 0) return batch;
    for (const parcel of row) {
      bytes += parcel.letter.bytes;
      if (batch.length === MAX_BATCH_ENTRIES || bytes > MAX_BATCH_BYTES) return batch;
      batch.push(parcel);
    }
  }
}

/** Another letter of the call was accepted or will not be sent. */
function finish(call: Call): void {
  call.left -= 1;
  if (call.left > 0) return;
  if (call.failure === undefined) call.settled.resolve();
  else call.settled.reject(call.failure);
}
