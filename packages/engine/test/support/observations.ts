import type { DrivenClock, MemoryInstanceStore, MemoryQueue } from "@stephooks/contracts";
import {
  branchId,
  HISTORY_LENGTH,
  type InstanceHead,
  parseBranchId,
  parseWorkMessage,
  type WorkMessage,
} from "@stephooks/core";
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
  readonly #keys = new Map<string, string>();
  /** The key last begun with, by instance and step. */
  readonly #lastKeys = new Map<string, string>();
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
    // A patch, a mark or a recorded result moves nobody on.
    const moved = before?.transactionId !== head.transactionId || before.status !== head.status;
    if (moved) this.applied.push({ id: head.id, seq: head.seq, status: head.status });
    const entry = head.history.at(-1);
    if (entry?.seq === head.seq && before?.transactionId !== head.transactionId) {
      if (before && entry.step !== before.step) {
        this.complaints.push(`I2: ${head.id} ran ${entry.step} at seq ${entry.seq}, but ${before.step} was next`);
      }
    }
    this.#remembered(head);
    this.insured();
  }

  /** I24: every commit leaves one entry, and none gets lost: in the head the newest, with full history all of them. */
  #remembered(head: InstanceHead): void {
    if (parseBranchId(head.id) !== undefined) return;
    const begins = head.history[0]?.seq ?? head.seq + 1;
    const left = this.#store.leftHistory(head.id).filter(({ seq }) => seq < begins);
    const known = [...left, ...head.history].map(({ seq }) => seq);
    const first = head.fullHistory ? 1 : Math.max(1, head.seq + 1 - HISTORY_LENGTH);
    const wanted = Array.from({ length: head.seq + 1 - first }, (_, index) => first + index);
    if (known.join() === wanted.join()) return;
    this.complaints.push(`I24: ${head.id} at seq ${head.seq} remembers ${known.join()}`);
  }

  began(context: StepContext): void {
    const { instanceId, step, attempt, idempotencyKey } = context;
    this.executions.push(`${instanceId} ${step} ${idempotencyKey} #${attempt}`);
    const head = this.#newest.get(instanceId);
    if (head && head.attempt === attempt && head.readyAt - 1_000 > this.#clock.now()) {
      this.complaints.push(`I15: ${instanceId} began attempt ${attempt} before its time`);
    }
    if (attempt > 3) this.complaints.push(`I15: ${instanceId} began attempt ${attempt} of 3`);
    if (!idempotencyKey.includes(`/`)) this.complaints.push(`I17: ${idempotencyKey} names no visit`);
    const own = idempotencyKey === `${instanceId}/${head?.visit ?? 1}`;
    // A branch's key names its record; an instance's the visit that its newest commit began.
    const visit = own ? `visit ${head?.visit ?? 1} of ${instanceId}` : idempotencyKey;
    this.#pair(`key ${idempotencyKey}`, `${visit} at ${step}`);
    this.#retried(instanceId, step, attempt, idempotencyKey);
  }

  /** I4: in every state, whoever is runnable has an undeleted message that insures it. */
  insured(): void {
    const messages = this.#queues.flatMap((queue) =>
      queue.messages().flatMap(({ body }) => {
        const parsed = parseWorkMessage(body);
        return parsed.ok ? [parsed.message] : [];
      }),
    );
    const heads = new Map(this.#store.heads().map((head) => [head.id, head]));
    for (const head of heads.values()) {
      if (!needsMessage(head, heads)) continue;
      const tokens = messages.flatMap((message) => tokensFor(message, head));
      if (tokens.includes(head.token) || tokens.includes(head.previousToken)) continue;
      this.complaints.push(`I4: nothing insures ${head.id} at seq ${head.seq} (${head.status})`);
    }
  }

  /** A retry is the same visit: its key is that of the attempt before. */
  #retried(instance: string, step: string, attempt: number, key: string): void {
    const place = `${instance} ${step}`;
    const before = this.#lastKeys.get(place);
    if (attempt > 1 && before !== key)
      this.complaints.push(`I17: attempt ${attempt} of ${place} has ${key}, not ${before}`);
    this.#lastKeys.set(place, key);
  }

  #pair(name: string, value: string): void {
    const other = this.#keys.get(name) ?? value;
    if (other !== value) this.complaints.push(`I17: ${name} has ${value} and ${other}`);
    this.#keys.set(name, value);
  }
}

/** What must not be without a message: what runs, and what waits for a time that SQS delays. */
function needsMessage(head: InstanceHead, heads: ReadonlyMap<string, InstanceHead>): boolean {
  const ref = parseBranchId(head.id);
  const parent = ref && heads.get(ref.instance);
  if (ref && (parent?.join?.seq !== ref.seq || parent.results?.has(ref.branch))) return false;
  if (isTakenByPause(head)) return false;
  if (head.status === "runnable") return true;
  const isShort = head.dueAt !== undefined && head.indexedAt !== head.dueAt;
  return (head.status === "waiting" || head.status === "timer") && isShort;
}

/** Whoever ends the pause sends a message that takes over what the pause took. */
function isTakenByPause({ heldToken, pauseId, previousToken, token }: InstanceHead): boolean {
  return pauseId !== undefined && (heldToken === token || heldToken === previousToken);
}

function tokensFor(message: WorkMessage, head: InstanceHead): readonly number[] {
  switch (message.kind) {
    case "wake":
    case "command":
      return message.instance === head.id ? [message.token] : [];
    case "create":
      return message.instance === head.id && message.startId === head.startId ? [0] : [];
    case "branch":
      return branchId(message) === head.id ? [0] : [];
    case "unpause":
      return message.instance === head.id ? unpausedTokens(message.pauseId, head) : [];
    case "report":
      return [];
  }
}

/** What ends the pause in force takes over what it held; what has ended one insures what that one held. */
function unpausedTokens(
  pauseId: string,
  { endedPauses = [], heldToken, pauseId: present }: InstanceHead,
): readonly number[] {
  const held = pauseId === present ? heldToken : endedPauses.find(({ id }) => id === pauseId)?.heldToken;
  return held === undefined ? [] : [held];
}
