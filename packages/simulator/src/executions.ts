import { type InstanceHead, type JsonValue, parseBranchId } from "@stephooks/core";
import type { StepContext } from "@stephooks/engine";
import { type Given, userKeys } from "./given.ts";
import type { ReferenceModel } from "./reference-model.ts";
import { processOf } from "./sim-ports.ts";
import { stepOfShape } from "./shape.ts";
import type { World } from "./world.ts";

/** Tries of one visit that the generated workflows allow. */
const MAX_ATTEMPTS = 3;

/** Every body that begins, and what must be true of it. */
export class Executions {
  count = 0;
  /** Bodies by idempotency key and attempt. */
  readonly #bodies = new Map<string, number>();
  readonly #repeated = new Map<string, number>();
  readonly #visitOf = new Map<string, string>();
  readonly #keyOf = new Map<string, string>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** The same for each head: an instance without its branches, or one branch. */
  get repeatedByHead(): ReadonlyMap<string, number> {
    return this.#repeated;
  }

  /** Bodies beyond the first of their attempt. */
  get repeated(): number {
    return this.count - this.#bodies.size;
  }

  get distinct(): number {
    return this.#bodies.size;
  }

  /** Complaints about a body that begins. */
  began(context: StepContext, document: object, model: ReferenceModel): readonly string[] {
    const { attempt, idempotencyKey: key, step } = context;
    const body = `${key} #${attempt}`;
    this.count += 1;
    const { inBranch, kind } = stepOfShape(model.shape, step);
    this.#world.mark(`${inBranch ? "branch" : "step"}: ${kind}`);
    const before = this.#bodies.get(body) ?? 0;
    this.#bodies.set(body, before + 1);
    const process = processOf(context.log);
    this.#world.note(() => `${process.name} RUNS ${step} of ${context.instanceId}, ${body}`);
    const id = key.slice(0, key.lastIndexOf("/"));
    if (before > 0) this.#repeated.set(id, (this.#repeated.get(id) ?? 0) + 1);
    const seen = process.seen.get(id);
    const last = process.given.get(id);
    // R8: a body that ran when the pause came may run again, on what its wait has not seen.
    const isRerun = last !== undefined && last.head?.seq === seen?.seq && last.attempt === attempt;
    const given: Given = { keys: userKeys(document), attempt, head: seen };
    process.given.set(id, given);
    return [
      ...this.#read(id, given, model),
      ...notCurrent(context, id, seen, process.seen),
      ...(isRerun ? [] : paused(id, seen)),
      ...this.#early(attempt, seen),
      ...this.#sameKey(key, `${id} ${step} ${visitOf(id, seen, model)}`),
    ];
  }

  #read(id: string, given: Given, model: ReferenceModel): readonly string[] {
    const ref = parseBranchId(id);
    if (ref === undefined) return model.read(given, given.head?.seq ?? 0);
    const own = [...(given.head?.state ?? [])].map(([name, json]): [string, JsonValue] => [name, JSON.parse(json)]);
    return model.read(given, ref.seq, Object.fromEntries(own));
  }

  /** I15. */
  #early(attempt: number, seen: InstanceHead | undefined): readonly string[] {
    const { skew, timeline } = this.#world;
    const complaints = attempt > MAX_ATTEMPTS ? [`I15: attempt ${attempt} of ${MAX_ATTEMPTS} of ${seen?.id}`] : [];
    const readyAt = Math.max(seen?.readyAt ?? 0, seen?.dueAt ?? 0) - 1_000 - 2 * skew;
    if (readyAt <= timeline.now) return complaints;
    return [...complaints, `I15: ${seen?.id} began ${readyAt - timeline.now} ms before its time`];
  }

  /** I17: one key for all executions of a visit, another one for every other visit. */
  #sameKey(key: string, visit: string): readonly string[] {
    const otherVisit = this.#visitOf.get(key) ?? visit;
    const otherKey = this.#keyOf.get(visit) ?? key;
    this.#visitOf.set(key, otherVisit);
    this.#keyOf.set(visit, otherKey);
    return otherVisit === visit && otherKey === key
      ? []
      : [`I17: key ${key} for ${visit}, but ${otherKey} and ${otherVisit} belong together`];
  }
}

/** I8: a body begins only when the process's own last look at its head showed it current. */
function notCurrent(
  { attempt, step }: StepContext,
  id: string,
  seen: InstanceHead | undefined,
  all: ReadonlyMap<string, InstanceHead | undefined>,
): readonly string[] {
  const ref = parseBranchId(id);
  if (ref) {
    const parent = all.get(ref.instance);
    const isOpen = parent?.status === "joining" && parent.join?.seq === ref.seq && !parent.results?.has(ref.branch);
    if (!isOpen) return [`I8: a body of branch ${id} begins although its fan-out does not wait for it`];
  }
  // Only a branch has no record of its own before its first end.
  if (seen === undefined)
    return ref && attempt === 1 ? [] : [`I8: attempt ${attempt} of ${id} begins, nothing is stored`];
  const isRunnable = seen.status === "runnable" || seen.status === "timer";
  return isRunnable && seen.step === step && seen.attempt === attempt
    ? []
    : [`I8: ${step} #${attempt} of ${id} begins, but it is ${seen.status} at ${seen.step} #${seen.attempt}`];
}

/** Branches end in spite of a pause; only their join waits. */
function paused(id: string, seen: InstanceHead | undefined): readonly string[] {
  const isPaused = seen?.pauseId !== undefined && parseBranchId(id) === undefined;
  return isPaused ? [`A15: a body of ${id} begins, but its process saw that it is paused`] : [];
}

function visitOf(id: string, seen: InstanceHead | undefined, model: ReferenceModel): number {
  if (parseBranchId(id)) return seen?.visit ?? 1;
  return model.visitAt(seen?.seq ?? 0);
}
