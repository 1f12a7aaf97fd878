import { branchId, hasEnded, type InstanceHead, parseBranchId, type WorkMessage } from "@stephooks/core";
import type { SimQueue } from "./sim-queue.ts";
import type { SimStore } from "./sim-store.ts";

/** I4: in every state, whatever must move has an undeleted message that moves it. */
export class Insurance {
  readonly #store: SimStore;
  readonly #queues: readonly SimQueue[];

  constructor(store: SimStore, queues: readonly SimQueue[]) {
    this.#store = store;
    this.#queues = queues;
  }

  /** Complaints about one head as it is now. */
  of(id: string): readonly string[] {
    const head = this.#store.get(id);
    if (head === undefined || hasEnded(head.status)) return [];
    if (head.status === "joining") return this.#joining(head);
    if (!needsMessage(head, this.#store)) return [];
    const isInsured = this.#some((message) => insures(message, head));
    return isInsured ? [] : [`I4: nothing insures ${id} at seq ${head.seq} (${head.status} at ${head.step})`];
  }

  /** Complaints about everything that a message that has gone may have insured. */
  after(message: WorkMessage): readonly string[] {
    if (message.kind === "create" && this.#store.get(message.instance) === undefined) {
      const isHeld = this.#some((other) => other.kind === "create" && other.instance === message.instance);
      return isHeld ? [] : [`I5: the start of ${message.instance} is gone and nothing is stored`];
    }
    const parent = message.kind === "branch" ? message.instance : parseBranchId(message.instance)?.instance;
    return this.of(parent ?? message.instance);
  }

  #joining(head: InstanceHead): readonly string[] {
    const { id: instance, join, results } = head;
    if (join === undefined) return [`I13: ${instance} joins nothing`];
    // Whoever holds the message whose commit fanned out sends all of it again.
    const isRepairable = this.#some(
      (message) => tokenFor(message, head) === head.previousToken || tokenFor(message, head) === head.token,
    );
    if (isRepairable || isTakenByPause(head)) return [];
    const open = join.steps.flatMap((_step, branch) => (results?.has(branch) ? [] : [branch]));
    if (open.length === 0) {
      const isHeld = this.#some((message) => ofFanOut(message, instance, join.seq));
      // A branch that was to be retried late, and ended early by a zombie: the sweeper's wake finds the join complete.
      const isDue = join.steps.some((_step, branch) => this.#isIndexed(branchId({ instance, seq: join.seq, branch })));
      return isHeld || isDue ? [] : [`I4: nothing wakes the complete join of ${instance} at seq ${head.seq}`];
    }
    return open.flatMap((branch) => {
      const id = branchId({ instance, seq: join.seq, branch });
      const record = this.#store.get(id);
      if (record) return needsMessage(record, this.#store) ? this.#record(record) : [];
      const isHeld = this.#some((message) => message.kind === "branch" && branchId(message) === id);
      return isHeld ? [] : [`I4: nothing insures branch ${id}`];
    });
  }

  #isIndexed(id: string): boolean {
    return this.#store.get(id)?.indexedAt !== undefined;
  }

  #record(record: InstanceHead): readonly string[] {
    const isInsured = this.#some((message) => insures(message, record));
    return isInsured ? [] : [`I4: nothing insures branch ${record.id} at seq ${record.seq} (${record.status})`];
  }

  #some(test: (message: WorkMessage) => boolean): boolean {
    return this.#queues.some((queue) =>
      queue.held.some(({ ghost, message }) => !ghost && message !== undefined && test(message)),
    );
  }
}

/** What is longer stands in the index. Milliseconds. */
const LONGEST_DELAY = 900_000;

/** What must not be without a message: what runs, and what waits for a time that the queue delays. */
function needsMessage(head: InstanceHead, store: SimStore): boolean {
  const ref = parseBranchId(head.id);
  const parent = ref && store.get(ref.instance);
  if (ref && (parent?.status !== "joining" || parent.join?.seq !== ref.seq || parent.results?.has(ref.branch))) {
    return false;
  }
  if (isTakenByPause(head)) return false;
  if (head.status === "runnable") return true;
  const isShort =
    head.dueAt !== undefined && head.indexedAt !== head.dueAt && head.dueAt - head.updatedAt <= LONGEST_DELAY;
  return (head.status === "waiting" || head.status === "timer") && isShort;
}

/** Whoever ends the pause sends a message that takes over what the pause took. */
function isTakenByPause({ heldToken, pauseId, previousToken, token }: InstanceHead): boolean {
  return pauseId !== undefined && (heldToken === token || heldToken === previousToken);
}

function insures(message: WorkMessage, head: InstanceHead): boolean {
  const token = tokenFor(message, head);
  return token !== undefined && (token === head.token || token === head.previousToken);
}

/** The token of this head that a message carries. */
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
function unpausedToken(pauseId: string, { endedPauses = [], heldToken, pauseId: present }: InstanceHead) {
  return pauseId === present ? heldToken : endedPauses.find(({ id }) => id === pauseId)?.heldToken;
}

function ofFanOut(message: WorkMessage, instance: string, seq: number): boolean {
  if (message.kind === "branch") return message.instance === instance && message.seq === seq;
  const ref = parseBranchId(message.instance);
  return ref?.instance === instance && ref.seq === seq;
}
