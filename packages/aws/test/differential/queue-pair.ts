import { drivenClock, memoryQueue, type MemoryQueue } from "@stephooks/contracts";
import {
  isRecord,
  type OutgoingMessage,
  parseWorkMessage,
  type QueueSource,
  type ReceivedMessage,
  type WorkQueue,
} from "@stephooks/core";
import { expect } from "vitest";
import { canonical, outcomeOf } from "./canonical.ts";
import { isTolerated } from "./differences.ts";
import type { QueueCommand, ReceiptPick } from "./queue-commands.ts";

export interface RealQueue {
  readonly queue: WorkQueue;
  readonly source: QueueSource;
  readonly deadLetters: QueueSource;
  /** Messages in flight and delayed, read past the port. */
  hidden(): Promise<{ readonly inFlight: number; readonly delayed: number }>;
}

export const VISIBILITY = 43_000;
export const MAX_RECEIVES = 3;

/** Receipts of one message, the newest last. */
interface Receipts {
  readonly token: number;
  readonly double: string[];
  readonly real: string[];
}

/** The double and the real queue with the same history, for one sequence of commands. */
export class QueuePair {
  /** How often each call came to which kind of end, over all pairs. */
  readonly tally: Map<string, number>;
  readonly #clock = drivenClock();
  readonly #deadLetters: MemoryQueue = memoryQueue({ clock: this.#clock, visibilityTimeout: VISIBILITY });
  readonly #double: MemoryQueue = memoryQueue({
    clock: this.#clock,
    visibilityTimeout: VISIBILITY,
    maxReceiveCount: MAX_RECEIVES,
    deadLetters: this.#deadLetters,
  });
  readonly #real: RealQueue;
  readonly #received = new Map<number, Receipts>();
  /** Removed from the double, and left by the emulator (`lateDelete`): those that show, and those among its dead letters. */
  readonly #ghosts = new Set<number>();
  readonly #deadGhosts = new Set<number>();
  #sent = 0;

  constructor(real: RealQueue, tally: Map<string, number>) {
    this.#real = real;
    this.tally = tally;
  }

  /** Applies one command to both and compares their answers. */
  async apply(command: QueueCommand): Promise<void> {
    switch (command.call) {
      case "send":
        return this.#send(command.delays);
      case "receive":
        return this.#receiveAll(command.maximum);
      case "postpone": {
        const receipts = this.#pick(command.receipt);
        return this.#same("postpone", [
          this.#double.postpone(receipts?.double ?? "unknown", command.seconds),
          this.#real.queue.postpone(receipts?.real ?? "unknown", command.seconds),
        ]);
      }
      case "remove":
        return this.#remove(command.receipts);
      case "backlog":
        return this.#backlog();
      case "drain":
        return this.#drain();
    }
  }

  /** Compares everything that is held. */
  async compareContents(): Promise<void> {
    await this.#receiveAll(10);
    await this.#drain();
    const { delayed, inFlight } = await this.#real.hidden();
    const held = this.#double.messages();
    expect(inFlight, "messages in flight").toBe(held.filter(({ receiveCount }) => receiveCount > 0).length);
    expect(delayed, "delayed messages").toBe(held.filter(({ receiveCount }) => receiveCount === 0).length);
  }

  async #send(delays: readonly number[]): Promise<void> {
    const messages = delays.map((delaySeconds): OutgoingMessage => {
      this.#sent += 1;
      return { message: { kind: "wake", instance: "order-1", token: this.#sent, dutiesDone: true }, delaySeconds };
    });
    await this.#same("send", [this.#double.send(messages), this.#real.queue.send(messages)]);
  }

  /** Until nothing shows: which of several messages comes first is nobody's promise (`order`). */
  async #receiveAll(maximum: number): Promise<void> {
    const [double, real]: [ReceivedMessage[], ReceivedMessage[]] = [[], []];
    for (;;) {
      const answers = [
        await outcomeOf(this.#double.receive(maximum, 0)),
        await outcomeOf(this.#real.source.receive(maximum, 0)),
      ] as const;
      this.#count("receive", answers[0]);
      if (!Array.isArray(answers[0]) || !Array.isArray(answers[1])) {
        return expect(canonical(answers[1]), "receive").toBe(canonical(answers[0]));
      }
      double.push(...answers[0]);
      real.push(...answers[1]);
      if (answers[0].length === 0 && answers[1].length === 0) break;
    }
    const living = await withoutGhosts(real, this.#ghosts, this.#real.source);
    for (const token of this.#ghosts) this.#deadGhosts.add(token);
    this.#ghosts.clear();
    expect(tokensAndCounts(living), "received messages").toEqual(tokensAndCounts(double));
    for (const message of double) this.#receiptsOf(message).double.push(message.receipt);
    for (const message of living) this.#receiptsOf(message).real.push(message.receipt);
  }

  async #remove(picks: readonly ReceiptPick[]): Promise<void> {
    const chosen = picks.map((pick) => this.#pick(pick)).filter((receipts) => receipts !== undefined);
    const before = new Map(this.#double.messages().map((message) => [tokenOf(message.body), message]));
    await this.#same("remove", [
      this.#double.remove(chosen.map(({ double }) => double)),
      this.#real.source.remove(chosen.map(({ real }) => real)),
    ]);
    const left = new Set(this.#double.messages().map(({ body }) => tokenOf(body)));
    for (const [token, { visibleAt }] of before) {
      const showed = visibleAt <= this.#clock.now();
      if (!left.has(token) && showed && isTolerated("lateDelete")) this.#ghosts.add(token);
    }
  }

  async #backlog(): Promise<void> {
    const double = await this.#double.backlog();
    const real = await this.#real.queue.backlog();
    this.#count("backlog", double);
    expect(real - this.#ghosts.size, "backlog").toBe(double);
  }

  async #drain(): Promise<void> {
    const [double, real]: [ReceivedMessage[], ReceivedMessage[]] = [[], []];
    for (;;) {
      const batches = [await this.#deadLetters.receive(10, 0), await this.#real.deadLetters.receive(10, 0)] as const;
      this.#count("drain", batches[0]);
      double.push(...batches[0]);
      real.push(...batches[1]);
      if (batches[0].length === 0 && batches[1].length === 0) break;
    }
    const living = await withoutGhosts(real, this.#deadGhosts, this.#real.deadLetters);
    const surplus = isTolerated("deadLetterCount") ? 1 : 0;
    const counted = living.map((message) => ({ ...message, receiveCount: message.receiveCount - surplus }));
    expect(tokensAndCounts(counted), "dead letters").toEqual(tokensAndCounts(double));
    await this.#deadLetters.remove(double.map(({ receipt }) => receipt));
    await this.#real.deadLetters.remove(living.map(({ receipt }) => receipt));
  }

  async #same(call: QueueCommand["call"], calls: readonly [Promise<unknown>, Promise<unknown>]): Promise<void> {
    const [double, real] = await Promise.all(calls.map(outcomeOf));
    this.#count(call, double);
    expect(canonical(real), `${call}: the real one beside the double`).toBe(canonical(double));
  }

  #receiptsOf({ body }: ReceivedMessage): Receipts {
    const token = tokenOf(body);
    const receipts = this.#received.get(token) ?? { token, double: [], real: [] };
    this.#received.set(token, receipts);
    return receipts;
  }

  #pick({ isNewest, message }: ReceiptPick): { readonly double: string; readonly real: string } | undefined {
    const all = [...this.#received.values()];
    const { double, real } = all[message % Math.max(1, all.length)] ?? { double: [], real: [] };
    const [ofDouble, ofReal] = [double.at(isNewest ? -1 : 0), real.at(isNewest ? -1 : 0)];
    return ofDouble === undefined || ofReal === undefined ? undefined : { double: ofDouble, real: ofReal };
  }

  #count(call: string, outcome: unknown): void {
    const end = `${call}: ${isRecord(outcome) && "rejected" in outcome ? "rejected" : "done"}`;
    this.tally.set(end, (this.tally.get(end) ?? 0) + 1);
  }
}

/** Removes ghosts that were received; the others. */
async function withoutGhosts(
  messages: readonly ReceivedMessage[],
  ghosts: Set<number>,
  source: QueueSource,
): Promise<readonly ReceivedMessage[]> {
  const { gone = [], living = [] } = Object.groupBy(messages, ({ body }) =>
    ghosts.has(tokenOf(body)) ? "gone" : "living",
  );
  await source.remove(gone.map(({ receipt }) => receipt));
  for (const { body } of gone) ghosts.delete(tokenOf(body));
  return living;
}

function tokensAndCounts(messages: readonly ReceivedMessage[]): readonly (readonly number[])[] {
  return messages.map(({ body, receiveCount }) => [tokenOf(body), receiveCount] as const).toSorted(([a], [b]) => a - b);
}

function tokenOf(body: string): number {
  const parsed = parseWorkMessage(body);
  return parsed.ok && parsed.message.kind === "wake" ? parsed.message.token : Number.NaN;
}
