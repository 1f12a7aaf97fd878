import { branchId, hasEnded, type HeadStatus, type InstanceHead } from "@stephooks/core";
import { type Expected, expectedMove, type Standing } from "./expected-move.ts";
import { joinOf, type JoinInModel, recordedAs, resultOf, sameResult } from "./expected-join.ts";
import { type Given, sameKeys } from "./given.ts";
import { type Patch, patched, type ModelContext } from "./patches.ts";
import { bytesOf, LARGEST_ITEM } from "./large-state.ts";
import type { Keys, Shape } from "./shape.ts";

/** What an item holds besides state and results, at most. */
const HEAD_BYTES = 16 * 1_024;

/**
 * What one instance may become, write by write, by its shape alone: an interpreter of shapes that knows nothing of
 * messages, tokens or faults. Every applied write must be one that it expects.
 */
export class ReferenceModel {
  readonly shape: Shape;
  readonly id: string;
  readonly patches: Patch[] = [];
  /** Steps that operators wanted it to go on from after a failure. */
  readonly retriedFrom = new Set<string>();
  /** A client has tried to cancel. */
  cancelTried = false;
  /** Times a command was applied: each answered one wait or retried one failure. */
  commands = 0;
  /** Committed transitions. */
  seq = 0;
  status: HeadStatus = "runnable";
  join: JoinInModel | undefined;
  #step: string;
  #attempt = 1;
  #values: Keys;
  /** Everything the state was at each seq; bodies begin on one of these. */
  readonly #versions: Keys[][];
  /** Steps entered so far, by the seq that is current. */
  readonly #visits: number[] = [1];

  constructor(shape: Shape, id: string) {
    this.shape = shape;
    this.id = id;
    this.#step = shape.first;
    this.#values = shape.given;
    this.#versions = [[this.#values]];
  }

  /** How many visits began up to the commit `seq`. */
  visitAt(seq: number): number {
    return this.#visits[seq] ?? 0;
  }

  get values(): Keys {
    return this.#values;
  }

  get step(): string {
    return this.#step;
  }

  /** S7: a body works on a state that was stored at the seq it was read at, or on what its chain made of one. */
  read(given: Given, seq: number, own: Keys = {}): readonly string[] {
    const versions = this.#versions[seq] ?? [];
    if (versions.some((version) => sameKeys({ ...version, ...own }, given.keys))) return [];
    return [`S7: a body of ${this.id} at seq ${seq} works on ${JSON.stringify(given.keys)}`];
  }

  /** Complaints about one applied write. */
  observe(before: InstanceHead | undefined, after: InstanceHead, context: ModelContext): readonly string[] {
    if (before === undefined) return this.#created(after, context);
    if (after.seq === before.seq) return [...this.#beside(before, after, context), ...this.#compare(after)];
    return this.#moved(before, after, context);
  }

  #created(after: InstanceHead, context: ModelContext): readonly string[] {
    if (after.seq === 0) return this.#compare(after);
    const { shape, status } = this;
    const { error: _none, ...head } = after;
    const initial: InstanceHead = { ...head, seq: 0, token: 0, visit: 1, status, step: shape.first };
    return this.#moved(initial, after, context);
  }

  #moved(before: InstanceHead, after: InstanceHead, context: ModelContext): readonly string[] {
    if (after.seq !== this.seq + 1 || before.seq !== this.seq) {
      return [`I1: ${this.id} went from seq ${before.seq} to ${after.seq}, the model stands at ${this.seq}`];
    }
    const { commands } = this;
    const expected = expectedMove(this.#standing(), before, after, context);
    if (typeof expected === "string") return [expected];
    if (expected.byCommand) this.commands = commands + 1;
    this.seq += 1;
    this.#visits.push((this.#visits.at(-1) ?? 0) + expected.visits);
    this.status = expected.status;
    this.#step = expected.step;
    this.#attempt = expected.attempt;
    context.mark(`transition: ${expected.move}`);
    this.#values = expected.whole ?? { ...this.#values, ...expected.set };
    const chained = after.token === before.token ? (this.#versions[before.seq] ?? []) : [];
    this.#versions[after.seq] = [this.#values, ...chained.map((version) => ({ ...version, ...expected.set }))];
    this.join = expected.branches && joinOf(expected.branches, after.seq);
    const marks = after.startMarks === undefined ? [] : [`I23: ${this.id} keeps its start marks at seq ${after.seq}`];
    return [...marks, ...this.#tokens(before, after), ...timesOf(expected, after), ...this.#compare(after)];
  }

  #standing(): Standing {
    return {
      id: this.id,
      shape: this.shape,
      status: this.status,
      step: this.#step,
      attempt: this.#attempt,
      values: this.#values,
      join: this.join,
      patches: this.patches,
      retriedFrom: this.retriedFrom,
    };
  }

  /** A write that commits no transition. */
  #beside(before: InstanceHead, after: InstanceHead, context: ModelContext): readonly string[] {
    if (after.status !== before.status) return this.#ended(before, after, context);
    if (after.transactionId !== before.transactionId) return [`I1: ${this.id} committed seq ${after.seq} twice`];
    if ((after.results?.size ?? 0) > (before.results?.size ?? 0)) return this.#reported(before, after, context);
    if (after.patchVersion === before.patchVersion) return [];
    const values = patched(this.#values, after, this.patches);
    if (values === undefined) return [`I12: ${this.id} was changed by nobody's patch`];
    this.#values = values;
    this.#versions[after.seq]?.push(values);
    return hasEnded(this.status) ? [`I7: ${this.id} was patched after its end`] : [];
  }

  #ended(before: InstanceHead, after: InstanceHead, context: ModelContext): readonly string[] {
    this.status = after.status;
    context.mark(`ended as ${after.status} beside a commit`);
    if (hasEnded(before.status)) return [`I7: ${this.id} was ${before.status} and became ${after.status}`];
    if (after.status === "cancelled") return this.cancelTried ? [] : [`I7: ${this.id} was cancelled by nobody`];
    return [`I1: ${this.id} became ${after.status} without a commit`];
  }

  #reported(before: InstanceHead, after: InstanceHead, context: ModelContext): readonly string[] {
    const branch = [...(after.results?.keys() ?? [])].find((recorded) => !before.results?.has(recorded));
    const name = branch === undefined ? undefined : this.join?.branches[branch];
    const result = branch === undefined ? undefined : after.results?.get(branch);
    if (!this.join || branch === undefined || name === undefined || result === undefined) {
      return [`I13: ${this.id} recorded a result of no branch`];
    }
    const actual = recordedAs(result);
    const record = branchId({ instance: this.id, seq: this.join.seq, branch });
    const isOverfull = this.#isOverfull(name, context.given(record));
    this.join.results.set(branch, actual);
    if (isOverfull && result.kind === "failed" && result.error.code === "state-too-large") {
      context.mark("branch failed because its result did not fit beside the others");
      return [];
    }
    if (result.kind === "failed" && result.error.code !== undefined) {
      context.mark(`branch failed with ${result.error.code}`);
      if (result.error.code === "step-timeout") return [];
      if (result.error.code !== "state-too-large") return listed(context.deaths(record));
    }
    const given = context.given(record);
    const expected = given && resultOf(name, this.shape, given);
    return expected && sameResult(expected, actual)
      ? []
      : [`I13: branch ${name} of ${this.id} returned ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`];
  }

  /** Whether a branch's result may be more than its instance's item has room for. */
  #isOverfull(name: string, given: Given | undefined): boolean {
    const own = given && resultOf(name, this.shape, given);
    const results = [own, ...(this.join?.results.values() ?? [])];
    const sets = results.map((result) => (result?.kind === "next" ? bytesOf(result.set) : 0));
    return sets.reduce((sum, bytes) => sum + bytes, bytesOf(this.#values)) > LARGEST_ITEM - HEAD_BYTES;
  }

  #tokens(before: InstanceHead, after: InstanceHead): readonly string[] {
    const isIssued = after.token === after.seq && after.previousToken === before.token;
    const isKept = after.token === before.token && this.shape.options.inline === true;
    return isIssued || isKept ? [] : [`I1: ${this.id} issued token ${after.token} at seq ${after.seq}`];
  }

  #compare(after: InstanceHead): readonly string[] {
    const { id, status } = this;
    const complaints: string[] = [];
    if (after.status !== status || after.step !== this.#step || after.attempt !== this.#attempt) {
      complaints.push(
        `I2: ${id} is ${after.status} at ${after.step} #${after.attempt}, expected ${status} at ${this.#step} #${this.#attempt}`,
      );
    }
    if (!sameState(this.#values, after)) {
      const actual = JSON.stringify(Object.fromEntries(after.state));
      complaints.push(`I12: the state of ${id} is ${actual}, expected ${JSON.stringify(this.#values)}`);
    }
    return complaints;
  }
}

function sameState(values: Keys, { state }: InstanceHead): boolean {
  const names = Object.keys(values);
  return names.length === state.size && names.every((name) => JSON.stringify(values[name]) === state.get(name));
}

function listed(complaint: string | undefined): readonly string[] {
  return complaint === undefined ? [] : [complaint];
}

function timesOf({ dueAfter, readyAfter }: Expected, after: InstanceHead): readonly string[] {
  const waits = after.dueAt === undefined ? undefined : after.dueAt - after.updatedAt;
  const isDue = after.status !== "waiting" || waits === dueAfter;
  const pause = after.readyAt - after.updatedAt;
  const isReady = readyAfter === undefined || (pause >= readyAfter[0] && pause <= readyAfter[1]);
  return [
    ...(isDue ? [] : [`I16: ${after.id} waits ${waits} ms, asked for ${dueAfter}`]),
    ...(isReady ? [] : [`I15: ${after.id} pauses ${pause} ms, asked for ${readyAfter?.join(" to ")}`]),
  ];
}
