import { branchId, type HeadUpdate, type InstanceHead, parseBranchId } from "@stephooks/core";
import type { TransitionEvent } from "@stephooks/engine";
import type { SimProcess } from "./sim-process.ts";
import type { World } from "./world.ts";

/**
 * I18, as far as a listener can be trusted that a crash may skip: each transition is announced at most once, after its
 * commit and by whoever committed it; and whoever is told that its commit was applied announces it before anything else
 * happens, so without faults everything is announced exactly once.
 */
export class Announcements {
  /** Who wrote what may be announced. */
  readonly #writers = new Map<string, SimProcess | undefined>();
  readonly #announced = new Set<string>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  written(before: InstanceHead | undefined, after: InstanceHead): void {
    const { writer } = this.#world;
    if (after.seq !== before?.seq) this.#writers.set(commitOf(after), writer);
    if (after.results === undefined || after.join === undefined) return;
    for (const branch of after.results.keys()) {
      if (!before?.results?.has(branch)) {
        this.#writers.set(resultOf(branchId({ instance: after.id, seq: after.join.seq, branch })), writer);
      }
    }
  }

  /** Complaints about one announcement. */
  heard({ after, before, branch }: TransitionEvent, process: SimProcess): readonly string[] {
    const record = branch && branchId(branch);
    const what = record === undefined || after.id === record ? commitOf(after) : resultOf(record);
    this.#world.mark(record === undefined ? "event" : `event of a branch: ${after.id === record ? "retry" : "result"}`);
    process.unannounced.delete(what);
    if (!this.#writers.has(what)) return [`I18: ${what} was announced and never committed`];
    const isRepeated = this.#announced.has(what);
    this.#announced.add(what);
    const isOwnStep = after.id !== before.id || after.seq === before.seq + 1;
    return [
      ...(this.#writers.get(what) === process ? [] : [`I18: ${process.name} announced ${what} and did not commit it`]),
      ...(isRepeated ? [`I18: ${what} was announced twice`] : []),
      ...(isOwnStep ? [] : [`I18: ${what} was announced as the step from seq ${before.seq}`]),
    ];
  }
}

/**
 * What a worker or drain must announce once it knows that this write of its own left this head behind. Commands, and of
 * branches whatever did not fail, are not announced.
 */
export function announcementOf({ result, set }: HeadUpdate, after: InstanceHead): string | undefined {
  if (result !== undefined) {
    const { id: instance, join } = after;
    const isFailed = result.value.kind === "failed" && join !== undefined;
    return isFailed ? resultOf(branchId({ instance, seq: join.seq, branch: result.branch })) : undefined;
  }
  if (set.seq === undefined || set.appliedCommands !== undefined) return undefined;
  return parseBranchId(after.id) === undefined || set.error !== undefined ? commitOf(after) : undefined;
}

function commitOf({ id, seq, transactionId }: InstanceHead): string {
  return `${id} at seq ${seq} (${transactionId})`;
}

function resultOf(record: string): string {
  return `the result of ${record}`;
}
