import type { DrivenClock } from "@stephooks/contracts";
import type { DoneRequest } from "./killable-process.ts";

/** One message as an onlooker knows it who sees every request the broker did. */
export interface HeldMessage {
  readonly id: string;
  readonly queueUrl: string;
  readonly body: string;
  readonly receives: number;
  /** Of the newest receive; absent when the message is not in flight. */
  readonly receipt?: string;
  /** When it can be received (again), on the run's clock. */
  readonly visibleAt: number;
  /** Never received, and sent with a delay: the broker may still hold it back in real time. */
  readonly delayed: boolean;
}

export interface BrokerViewOptions {
  readonly clock: DrivenClock;
  readonly stepQueueUrl: string;
  readonly deadLetterUrl: string;
  /** Seconds on the run's clock; the emulator's own timeout is longer than any run. */
  readonly visibilityTimeout: number;
  readonly maxReceiveCount: number;
}

/**
 * Which messages the broker holds, and when each shows on the run's clock: the emulator knows real time only, so the
 * world ends its visibility timeouts by hand.
 */
export class BrokerView {
  readonly #options: BrokerViewOptions;
  readonly #held = new Map<string, HeldMessage>();

  constructor(options: BrokerViewOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#held.size;
  }

  /** The message that shows first. */
  next(): HeldMessage | undefined {
    return [...this.#held.values()].toSorted((a, b) => a.visibleAt - b.visibleAt)[0];
  }

  inFlight(): readonly HeldMessage[] {
    return [...this.#held.values()].filter(({ receipt }) => receipt !== undefined);
  }

  /** The world ended its visibility timeout. */
  shown({ receipt: _over, ...message }: HeldMessage): void {
    this.#held.set(message.id, { ...message, visibleAt: this.#options.clock.now() });
  }

  /** The world put it in. */
  added(id: string, queueUrl: string, body: string): void {
    this.#held.set(id, { id, queueUrl, body, receives: 0, visibleAt: this.#options.clock.now(), delayed: false });
  }

  done({ input, operation, output }: DoneRequest): void {
    const queueUrl = String(input["QueueUrl"]);
    switch (operation) {
      case "SendMessageBatch":
        return this.#sent(queueUrl, input["Entries"] as SentEntries, output["Successful"] as Accepted);
      case "ReceiveMessage":
        return this.#received(queueUrl, Number(input["MaxNumberOfMessages"]), (output["Messages"] ?? []) as Received);
      case "ChangeMessageVisibility":
        return this.#postponed(String(input["ReceiptHandle"]), Number(input["VisibilityTimeout"]));
      case "DeleteMessageBatch":
        return this.#deleted(input["Entries"] as readonly { readonly ReceiptHandle: string }[]);
      default:
        return undefined;
    }
  }

  #sent(queueUrl: string, entries: SentEntries, accepted: Accepted): void {
    const now = this.#options.clock.now();
    for (const { Id, MessageId: id } of accepted) {
      const entry = entries.find((sent) => sent.Id === Id);
      const { DelaySeconds = 0, MessageBody: body = "" } = entry ?? {};
      const visibleAt = now + DelaySeconds * 1_000;
      this.#held.set(id, { id, queueUrl, body, receives: 0, visibleAt, delayed: DelaySeconds > 0 });
    }
  }

  #received(queueUrl: string, maximum: number, messages: Received): void {
    const { clock } = this.#options;
    for (const { Body: body, MessageId: id, ReceiptHandle: receipt } of messages) {
      const before = this.#held.get(id);
      // It showed: if its time had not come on the run's clock, it has now.
      if (before) clock.advance(Math.max(0, before.visibleAt - clock.now()));
      const visibleAt = clock.now() + this.#options.visibilityTimeout * 1_000;
      const receives = (before?.receives ?? 0) + 1;
      this.#held.set(id, { id, queueUrl, body, receipt, receives, visibleAt, delayed: false });
    }
    if (messages.length < maximum) this.#movedToDeadLetters(queueUrl);
  }

  /** What a receive leaves out although it shows has been received too often. */
  #movedToDeadLetters(queueUrl: string): void {
    const { clock, deadLetterUrl, maxReceiveCount, stepQueueUrl } = this.#options;
    if (queueUrl !== stepQueueUrl) return;
    for (const message of this.#held.values()) {
      const shows = message.receipt === undefined && message.visibleAt <= clock.now();
      if (message.queueUrl !== queueUrl || !shows || message.receives < maxReceiveCount) continue;
      this.#held.set(message.id, { ...message, queueUrl: deadLetterUrl });
    }
  }

  #postponed(receipt: string, seconds: number): void {
    const message = this.inFlight().find((held) => held.receipt === receipt);
    if (message === undefined) return;
    if (seconds === 0) this.shown(message);
    else this.#held.set(message.id, { ...message, visibleAt: this.#options.clock.now() + seconds * 1_000 });
  }

  #deleted(entries: readonly { readonly ReceiptHandle: string }[]): void {
    const receipts = new Set(entries.map(({ ReceiptHandle }) => ReceiptHandle));
    for (const { id, receipt } of this.inFlight()) if (receipt && receipts.has(receipt)) this.#held.delete(id);
  }
}

type SentEntries = readonly { readonly Id: string; readonly MessageBody: string; readonly DelaySeconds?: number }[];
type Accepted = readonly { readonly Id: string; readonly MessageId: string }[];
type Received = readonly { readonly MessageId: string; readonly Body: string; readonly ReceiptHandle: string }[];
