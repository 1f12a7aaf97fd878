import type { DrivenClock, MemoryInstanceStore, MemoryQueue } from "@stephooks/contracts";
import {
  branchId,
  hasEnded,
  HISTORY_LENGTH,
  type InstanceHead,
  parseBranchId,
  parseWorkMessage,
  type WorkMessage,
} from "@stephooks/core";
import type { StepContext } from "../../src/step-function.ts";

/** An applied write, noted below the fault layer. */
interface AppliedWrite {
  readonly id: string;
  readonly seq: number;
  readonly status: InstanceHead["status"];
}

/** What an onlooker sees who misses nothing: every applied write, every body that begins, every deleted message. */
export class Observations {
  readonly applied: AppliedWrite[] = [];
  /** Bodies that have begun. */
  executions = 0;
  /** What the steps did to an outside service that knows idempotency keys: by instance and step, the keys it saw. */
  readonly effects = new Map<string, Map<string, Set<string>>>();
  /** Broken invariants, by number. */
  readonly complaints: string[] = [];
  /** Attempts that a step's policy allows. */
  maximumAttempts = 3;
  readonly #newest = new Map<string, InstanceHead>();
  readonly #keys = new Map<string, string>();
  /** The key last begun with, by instance and step. */
  readonly #lastKeys = new Map<string, string>();
  readonly #pausedSince = new Map<string, number>();
  readonly #parsed = new Map<string, readonly WorkMessage[]>();
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
    if (before) this.#compared(before, head);
    if (before && before.seq !== head.seq && head.keepsChanges) this.#toldWhat(before, head);
    this.#remembered(head);
    if (head.pauseId === undefined) this.#pausedSince.delete(head.id);
    else if (before?.pauseId !== head.pauseId) this.#pausedSince.set(head.id, this.#clock.now());
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

  /** I25: the entry of a commit says all that it wrote. The values of the stories are short. */
  #toldWhat({ state }: InstanceHead, { history, id, seq, state: stored }: InstanceHead): void {
    const made = new Map(state);
    for (const { after, key } of history.at(-1)?.changes ?? []) {
      if (after === undefined) made.delete(key);
      else made.set(key, after);
    }
    const isSame = made.size === stored.size && [...made].every(([key, json]) => stored.get(key) === json);
    if (!isSame) this.complaints.push(`I25: the entry ${seq} of ${id} does not say what was written`);
  }

  #compared(before: InstanceHead, head: InstanceHead): void {
    const entry = head.history.at(-1);
    const ran = entry?.seq === head.seq && before.transactionId !== head.transactionId;
    if (ran && entry.step !== before.step) {
      this.complaints.push(`I2: ${head.id} ran ${entry.step} at seq ${entry.seq}, but ${before.step} was next`);
    }
    const command = head.appliedCommands?.at(-1);
    const isCommand = command !== undefined && before.appliedCommands?.at(-1)?.id !== command.id;
    const isRetried = isCommand && before.status === "failed";
    if (hasEnded(before.status) && !isRetried) {
      this.complaints.push(`I7: ${head.id} was ${before.status} and is written once more`);
    }
    const isEarly = (before.dueAt ?? Infinity) - 1_000 > this.#clock.now();
    const isPatched = before.patchVersion !== head.patchVersion;
    if (before.status === "waiting" && head.status === "runnable" && isEarly && !isCommand && !isPatched) {
      this.complaints.push(`I16: the wait of ${head.id} ended before its time, unanswered`);
    }
    for (const [branch, result] of before.join?.seq === head.join?.seq ? (before.results ?? []) : []) {
      if (JSON.stringify(head.results?.get(branch)) === JSON.stringify(result)) continue;
      this.complaints.push(`I14: branch ${branch} of ${head.id} was recorded twice`);
    }
  }

  began(context: StepContext): void {
    const { instanceId, step, attempt, idempotencyKey } = context;
    this.executions += 1;
    this.#affected(instanceId, step, idempotencyKey);
    const head = this.#newest.get(instanceId);
    // A body that was authorised before its head moved on is no attempt of what the head stands for now.
    const isCurrent = head?.attempt === attempt && idempotencyKey === `${instanceId}/${head.visit}`;
    if (isCurrent && head.readyAt - 1_000 > this.#clock.now()) {
      this.complaints.push(`I15: ${instanceId} began attempt ${attempt} before its time`);
    }
    // In the moment of the pause itself it may have been authorised already.
    const pausedSince = this.#pausedSince.get(instanceId) ?? Infinity;
    if (parseBranchId(idempotencyKey.replace(/\/\d+$/, "")) === undefined && pausedSince < this.#clock.now()) {
      this.complaints.push(`A15: ${instanceId} began ${step} while it was paused`);
    }
    if (attempt > this.maximumAttempts) {
      this.complaints.push(`I15: ${instanceId} began attempt ${attempt} of ${this.maximumAttempts}`);
    }
    if (!idempotencyKey.includes(`/`)) this.complaints.push(`I17: ${idempotencyKey} names no visit`);
    // That every visit has a key of its own is seen in the number of effects.
    this.#pair(`key ${idempotencyKey}`, `${instanceId} at ${step}`);
    this.#retried(instanceId, step, attempt, idempotencyKey);
  }

  #affected(instance: string, step: string, key: string): void {
    const steps = this.effects.get(instance) ?? new Map<string, Set<string>>();
    this.effects.set(instance, steps.set(step, (steps.get(step) ?? new Set()).add(key)));
  }

  /** I4: in every state, whoever is runnable has an undeleted message that insures it. */
  insured(): void {
    const owed = [...this.#newest.values()].filter((head) => needsMessage(head, this.#newest));
    if (owed.length === 0) return;
    const messages = this.#queues.flatMap((queue) => queue.messages().flatMap(({ body }) => this.#parse(body)));
    for (const head of owed) {
      const isInsured = messages.some((message) => {
        const token = tokenFor(message, head);
        return token === head.token || token === head.previousToken;
      });
      if (!isInsured) this.complaints.push(`I4: nothing insures ${head.id} at seq ${head.seq} (${head.status})`);
    }
  }

  #parse(body: string): readonly WorkMessage[] {
    const known = this.#parsed.get(body);
    if (known) return known;
    const parsed = parseWorkMessage(body);
    const messages = parsed.ok ? [parsed.message] : [];
    this.#parsed.set(body, messages);
    return messages;
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
  if (ref && (parent?.status !== "joining" || parent.join?.seq !== ref.seq)) return false;
  if (ref && parent?.results?.has(ref.branch)) return false;
  if (isTakenByPause(head)) return false;
  if (head.status === "runnable") return true;
  const isShort = head.dueAt !== undefined && head.indexedAt !== head.dueAt;
  return (head.status === "waiting" || head.status === "timer") && isShort;
}

/** Whoever ends the pause sends a message that takes over what the pause took. */
function isTakenByPause({ heldToken, pauseId, previousToken, token }: InstanceHead): boolean {
  return pauseId !== undefined && (heldToken === token || heldToken === previousToken);
}

/** The token of the head that a message insures; undefined when it is about another one. */
function tokenFor(message: WorkMessage, head: InstanceHead): number | undefined {
  switch (message.kind) {
    case "wake":
      return message.instance === head.id ? message.token : undefined;
    case "command":
      return message.instance === head.id && message.startId === head.startId ? message.token : undefined;
    case "create":
      return message.instance === head.id && message.startId === head.startId ? 0 : undefined;
    case "branch":
      return branchId(message) === head.id ? 0 : undefined;
    case "unpause":
      return message.instance === head.id ? unpausedToken(message.pauseId, head) : undefined;
  }
}

/** What ends the pause in force takes over what it held; what has ended one insures what that one held. */
function unpausedToken(
  pauseId: string,
  { endedPauses = [], heldToken, pauseId: present }: InstanceHead,
): number | undefined {
  return pauseId === present ? heldToken : endedPauses.find(({ id }) => id === pauseId)?.heldToken;
}
