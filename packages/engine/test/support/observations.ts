import type { DrivenClock, MemoryInstanceStore, MemoryQueue } from "@stephooks/contracts";
import { type InstanceHead, parseWorkMessage } from "@stephooks/core";
import type { StepContext } from "../../src/step-function.ts";

/** An applied write, noted below the fault layer. */
export interface AppliedWrite {
  readonly id: string;
  readonly seq: number;
  readonly status: InstanceHead["status"];
}

/** What an onlooker sees who misses nothing: every applied write, every body that begins, every deleted message. */
export class Observations {
  readonly applied: AppliedWrite[] = [];
  readonly executions: string[] = [];
  /** Broken invariants, by number. */
  readonly complaints: string[] = [];
  readonly #newest = new Map<string, InstanceHead>();
  /** Visits begun by committed gotos, the first included. */
  readonly #visits = new Map<string, number>();
  readonly #keys = new Map<string, string>();
  readonly #store: MemoryInstanceStore;
  readonly #queues: readonly MemoryQueue[];
  readonly #clock: DrivenClock;

  constructor(store: MemoryInstanceStore, queues: readonly MemoryQueue[], clock: DrivenClock) {
    this.#store = store;
    this.#queues = queues;
    this.#clock = clock;
  }

  written(head: InstanceHead): void {
    const before = this.#newest.get(head.id);
    this.#newest.set(head.id, head);
    this.applied.push({ id: head.id, seq: head.seq, status: head.status });
    const entry = head.history.at(-1);
    if (entry && before?.transactionId !== head.transactionId) {
      if (before && entry.step !== before.step) {
        this.complaints.push(`I2: ${head.id} ran ${entry.step} at seq ${entry.seq}, but ${before.step} was next`);
      }
      if (entry.outcome === "goto") this.#visits.set(head.id, (this.#visits.get(head.id) ?? 1) + 1);
    }
    this.insured();
  }

  began(context: StepContext): void {
    const { instanceId, step, attempt, idempotencyKey } = context;
    this.executions.push(`${instanceId} ${step} ${idempotencyKey} #${attempt}`);
    const head = this.#newest.get(instanceId);
    if (head && head.attempt === attempt && head.readyAt - 1_000 > this.#clock.now()) {
      this.complaints.push(`I15: ${instanceId} began attempt ${attempt} before its time`);
    }
    if (attempt > 3) this.complaints.push(`I15: ${instanceId} began attempt ${attempt} of 3`);
    const visit = `visit ${this.#visits.get(instanceId) ?? 1} of ${instanceId}`;
    this.#pair(visit, idempotencyKey);
    this.#pair(`key ${idempotencyKey}`, visit);
  }

  /** I4: in every state, whoever is runnable has an undeleted message that insures it. */
  insured(): void {
    const messages = this.#queues.flatMap((queue) =>
      queue.messages().flatMap(({ body }) => {
        const parsed = parseWorkMessage(body);
        return parsed.ok ? [parsed.message] : [];
      }),
    );
    for (const head of this.#store.heads()) {
      if (head.status !== "runnable") continue;
      const tokens = messages.flatMap((message) => {
        if (message.instance !== head.id || message.kind === "report") return [];
        if (message.kind === "wake") return [message.token];
        return message.startId === head.startId ? [0] : [];
      });
      if (tokens.includes(head.token) || tokens.includes(head.previousToken)) continue;
      this.complaints.push(`I4: nothing insures ${head.id} at seq ${head.seq}`);
    }
  }

  #pair(name: string, value: string): void {
    const other = this.#keys.get(name) ?? value;
    if (other !== value) this.complaints.push(`I17: ${name} has ${value} and ${other}`);
    this.#keys.set(name, value);
  }
}
