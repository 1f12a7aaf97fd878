import type { InstanceHead } from "@stephooks/core";

/** As many begun executions without a commit end an instance. */
const MARKS = 5;

/** How often each head was marked at its newest seq (A17). */
export class StartMarkCount {
  readonly #marks = new Map<string, { readonly seq: number; readonly count: number }>();

  written(before: InstanceHead | undefined, after: InstanceHead): void {
    const known = this.#marks.get(after.id);
    const count = known?.seq === after.seq ? known.count : 0;
    const isMark = (after.startMarks ?? 0) > (before?.startMarks ?? 0);
    this.#marks.set(after.id, { seq: after.seq, count: count + Number(isMark) });
  }

  /** Why the marks of this head do not excuse that it fails; undefined when they do. `deaths` excuse any step. */
  complaint(id: string, isKiller: boolean, deaths: number): string | undefined {
    const count = this.#marks.get(id)?.count ?? 0;
    if (count < MARKS) return `I23: ${id} failed after ${count} marked executions`;
    if (!isKiller && deaths < MARKS) return `I23: ${id} failed after ${deaths} faults, and its step kills nobody`;
    return undefined;
  }
}
