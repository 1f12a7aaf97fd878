import {
  MAX_DELAY_SECONDS,
  type OutgoingMessage,
  parseWorkMessage,
  PortError,
  type ReceivedMessage,
} from "@stephooks/core";
import { encodeWorkMessage, type WorkMessage } from "@stephooks/core";
import { deleteFaults, type FaultPlan, receiveFaults, sendFaults } from "./fault-plan.ts";
import type { RandomStream } from "./random-stream.ts";
import type { Timeline } from "./timeline.ts";

/** A message as the broker holds it. */
export interface Held {
  readonly id: string;
  readonly body: string;
  /** As read back from the body; undefined when nobody can read it. */
  readonly message: WorkMessage | undefined;
  /** Not the engine's: it may stay where a human will find it. */
  readonly stray: boolean;
  visibleAt: number;
  receives: number;
  /** Counts receives as the broker sees them: the newest names the receipt that works. */
  serial: number;
  /** A ghost is handed out although it was deleted: it insures nothing. */
  ghost: boolean;
}

export interface SimQueueOptions {
  readonly name: string;
  readonly timeline: Timeline;
  readonly schedule: RandomStream;
  readonly faults: FaultPlan;
  /** Seconds. */
  readonly visibilityTimeout: number;
  /** How long a message travels, milliseconds. */
  readonly delivery: readonly [low: number, high: number];
  readonly maxReceiveCount: number;
  /** Takes messages that were received too often; without it they stay. */
  readonly deadLetters?: SimQueue;
  /** A message has gone for good; undefined is one that nobody can read. */
  readonly onGone: (message: WorkMessage | undefined) => void;
  readonly onSent: (message: WorkMessage) => void;
  readonly onMark: (what: string) => void;
}

/** How long the dead letters keep what a stranger sent: 14 days on SQS, less here, where each look at it costs. */
const STRAY_RETENTION = 3_600_000;

/** A standard queue: at least once, in any order, with everything AWS documents that it may do to a message. */
export class SimQueue {
  /** Called whenever something may have become visible earlier than known. */
  onVisible: (at: number) => void = () => {};
  readonly #held: Held[] = [];
  readonly #options: SimQueueOptions;
  #sent = 0;

  constructor(options: SimQueueOptions) {
    this.#options = options;
  }

  get held(): readonly Held[] {
    return this.#held;
  }

  send(messages: readonly OutgoingMessage[]): void {
    for (const { delaySeconds } of messages) assertDelay(delaySeconds);
    for (const { delaySeconds, message } of messages) {
      const body = encodeWorkMessage(message);
      const { faults, schedule } = this.#options;
      const fault = faults.strike(sendFaults, {
        place: () => `send to ${this.#options.name}: ${body}`,
        harmed: () => [message.instance],
      });
      this.#note(fault, "send");
      const delay = delaySeconds * 1_000;
      this.#put(body, fault === "early" ? delay - schedule.below(delay + 1) : delay + this.#late(fault));
      if (fault === "duplicate") this.#put(body, delay + schedule.spread(1, 60_000));
    }
  }

  /** Puts a body in as it is, as a stranger with permission to send could. */
  inject(body: string): void {
    this.#put(body, 0, { stray: true });
  }

  /** SQS counts the receives of a message in all its queues together. */
  #put(body: string, delay: number, { receives = 0, stray = false } = {}): void {
    const { onSent, schedule, timeline } = this.#options;
    const parsed = parseWorkMessage(body);
    if (!parsed.ok && !stray) throw new TypeError(`the engine sent what it cannot read: ${parsed.reason}`);
    const message = parsed.ok ? parsed.message : undefined;
    this.#sent += 1;
    const [low, high] = this.#options.delivery;
    const visibleAt = timeline.now + delay + schedule.between(low, high);
    const id = `${this.#options.name}${this.#sent}`;
    this.#held.push({ id, body, message, stray, visibleAt, receives, serial: 0, ghost: false });
    if (message) onSent(message);
    this.onVisible(visibleAt);
  }

  /** Nobody can do anything with what a stranger sent: it stays until its retention is over. */
  #bury(message: Held): void {
    this.#put(message.body, 0, message);
    const buried = this.#held.at(-1);
    if (message.stray && buried) this.#options.timeline.after(STRAY_RETENTION, () => this.#drop(buried));
  }

  #late(fault: string | undefined): number {
    return fault === "late" ? this.#options.schedule.spread(100, 120_000) : 0;
  }

  visible(): readonly Held[] {
    return this.#held.filter(({ visibleAt }) => visibleAt <= this.#options.timeline.now);
  }

  backlog(): number {
    return this.visible().length;
  }

  /** When something can be received next. */
  nextVisibleAt(): number {
    return this.#held.reduce((earliest, { visibleAt }) => Math.min(earliest, visibleAt), Infinity);
  }

  /** Up to `maximum` visible messages in any order. Those received too often move away instead. */
  receive(maximum: number): readonly ReceivedMessage[] {
    const { deadLetters, maxReceiveCount, schedule } = this.#options;
    const visible = [...this.visible()];
    const batch: ReceivedMessage[] = [];
    while (visible.length > 0 && batch.length < maximum) {
      const [message] = visible.splice(schedule.below(visible.length), 1);
      if (message === undefined) break;
      if (deadLetters && message.receives >= maxReceiveCount) {
        this.#options.onMark("queue: moved to the dead letters");
        if (!message.ghost) deadLetters.#bury(message);
        this.#drop(message);
        continue;
      }
      const received = this.#hand(message);
      if (received) batch.push(received);
    }
    return batch;
  }

  #hand(message: Held): ReceivedMessage | undefined {
    const { faults, schedule, timeline, visibilityTimeout } = this.#options;
    const fault = faults.strike(receiveFaults, {
      place: () => `receive of ${message.id} ${message.body}`,
      harmed: () => harmedBy(message),
    });
    this.#note(fault, "receive");
    message.serial += 1;
    message.visibleAt = timeline.now + visibilityTimeout * 1_000;
    if (fault === "early-expiry") message.visibleAt = timeline.now + schedule.spread(1, 5_000);
    if (fault === "twin-receive") message.visibleAt = timeline.now + schedule.spread(1, 100);
    this.onVisible(message.visibleAt);
    const receiveCount = message.receives + 1;
    if (fault !== "twin-receive") message.receives += 1;
    if (message.ghost) this.#drop(message);
    if (fault === "throttled-receive") return undefined;
    return { id: message.id, body: message.body, receipt: `${message.id}/${message.serial}`, receiveCount };
  }

  postpone(receipt: string, seconds: number): void {
    const { isNewest, message } = this.#find(receipt);
    // A receipt that is not the newest may or may not work.
    if (!message || (!isNewest && this.#options.schedule.happens(0.5))) return;
    // What shows again is not in flight any more: SQS answers MessageNotInflight, which is no failure of ours.
    if (message.visibleAt <= this.#options.timeline.now) return;
    message.visibleAt = this.#options.timeline.now + seconds * 1_000;
    this.onVisible(message.visibleAt);
  }

  remove(receipts: readonly string[]): void {
    const { faults, schedule, timeline } = this.#options;
    for (const receipt of receipts) {
      const { isNewest, message } = this.#find(receipt);
      if (!message || (!isNewest && schedule.happens(0.5))) continue;
      const fault = faults.strike(deleteFaults, {
        place: () => `deletion of ${message.id} ${message.body}`,
        harmed: () => harmedBy(message),
      });
      this.#note(fault, "delete");
      if (fault === "deletion-lost") continue;
      if (fault === "ghost") {
        message.ghost = true;
        message.visibleAt = timeline.now + schedule.spread(10, 200_000);
        this.onVisible(message.visibleAt);
      } else {
        this.#drop(message);
      }
      this.#options.onGone(message.message);
    }
  }

  #note(fault: string | undefined, operation: string): void {
    if (fault) this.#options.onMark(`fault: ${fault} at ${operation}`);
  }

  #find(receipt: string): { readonly message: Held | undefined; readonly isNewest: boolean } {
    const [id, serial] = receipt.split("/");
    const message = this.#held.find((other) => other.id === id && !other.ghost);
    return { message, isNewest: String(message?.serial) === serial };
  }

  #drop(message: Held): void {
    const index = this.#held.indexOf(message);
    if (index >= 0) this.#held.splice(index, 1);
  }
}

function harmedBy({ message }: Held): readonly string[] {
  return message ? [message.instance] : [];
}

function assertDelay(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= MAX_DELAY_SECONDS) return;
  throw new PortError("invalid", `A delay of ${seconds} s is refused.`);
}
