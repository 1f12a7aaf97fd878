import { type MemoryInstanceStore, memoryInstanceStore } from "@stephooks/contracts";
import {
  type DueEntry,
  dueShard,
  HISTORY_CHUNK,
  type HistoryEntry,
  historyOutcomes,
  type HeadCondition,
  type HeadUpdate,
  type InstanceHead,
  type InstanceHistory,
  type InstanceIndex,
  type InstanceStore,
  isRecord,
  type ListPage,
} from "@stephooks/core";
import { expect } from "vitest";
import { canonical, outcomeOf } from "./canonical.ts";
import { isTolerated } from "./differences.ts";
import { type ConditionPlan, IDS, type ListName, type StoreCommand, TIMES, WORKFLOWS } from "./store-commands.ts";

/** The ports over one table. */
export interface StorePorts {
  readonly store: InstanceStore;
  readonly index: InstanceIndex;
  readonly history: InstanceHistory;
}

/** Where the pages of one list ended, in each. */
interface Cursors {
  readonly double: string | undefined;
  readonly real: string | undefined;
}

const statusesOfList = ["active", "completed", "failed", "cancelled"] as const;

/** The double and the real store with the same history, for one sequence of commands. */
export class StorePair {
  /** How often each call came to which kind of end, over all pairs. */
  readonly tally: Map<string, number>;
  readonly #double: MemoryInstanceStore = memoryInstanceStore();
  readonly #real: StorePorts;
  readonly #ids: readonly string[];
  readonly #workflows: readonly string[];
  /** The window of the due index that is this pair's own. */
  readonly #from: number;
  readonly #cursors = new Map<string, Cursors>();

  constructor(real: StorePorts, serial: number, tally: Map<string, number>) {
    this.#real = real;
    this.tally = tally;
    const name = `pair-${serial}`;
    this.#ids = [name, `${name}.b`, `${name}:c@`, `${name}/3/0`, `${name}/3/11`, `${name}.b/999999999999999/999`];
    this.#workflows = [name, `${name}#A`, `${name} é%23A`];
    this.#from = 1_000_000_000_000 + serial * TIMES * 2;
  }

  /** Applies one command to both and compares their answers. */
  async apply(command: StoreCommand): Promise<void> {
    switch (command.call) {
      case "create":
        return this.#same(command, ({ store }) => store.create(this.#head(command)));
      case "update": {
        const id = this.#target(command.id);
        const [update, condition] = [this.#update(command), await this.#condition(id, command.condition)];
        return this.#same(command, ({ store }) => store.update(id, update, condition));
      }
      case "read":
        return this.#same(command, ({ store }) => store.read(command.ids.map((id) => this.#id(id))));
      case "read too many":
        return this.#same(command, ({ store }) =>
          store.read(Array.from({ length: 101 }, (_, n) => `${this.#id(0)}-${n}`)),
        );
      case "append":
        return this.#same(command, ({ history }) => history.append(this.#id(command.id), chunkOf(command)));
      case "history": {
        const { after, id, limit } = command;
        return this.#same(command, ({ history }) => history.read(this.#id(id), after, limit));
      }
      case "due": {
        const [from, until] = [this.#from + command.from, this.#from + command.until];
        const shard = dueShard(this.#id(command.id));
        return this.#same(command, async ({ index }) => byTimeAndId(await index.due(shard, from, until)));
      }
      case "list":
      case "next page":
        return this.#page(command);
    }
  }

  /** Compares everything that is stored and indexed. */
  async compareContents(): Promise<void> {
    const read = await this.#real.store.read(this.#ids);
    const held = new Map(this.#double.heads().map((head) => [head.id, head]));
    expect(canonical(read)).toBe(canonical(held));
    for (const id of this.#ids) {
      expect(await this.#real.history.read(id, 0, 1_000), "history").toEqual(this.#double.leftHistory(id));
    }
    const until = this.#from + TIMES;
    for (const shard of new Set(this.#ids.map(dueShard))) {
      const double = await this.#double.index.due(shard, this.#from, until);
      const real = await this.#real.index.due(shard, this.#from, until);
      expect(byTimeAndId(real)).toEqual(byTimeAndId(double));
    }
    for (const workflow of this.#workflows.slice(0, WORKFLOWS)) {
      for (const group of statusesOfList) {
        const query = { workflow, group, limit: 100 };
        expect(await this.#real.index.list(query)).toEqual(await this.#double.index.list(query));
      }
    }
  }

  async #same(command: StoreCommand, act: (ports: StorePorts) => Promise<unknown>) {
    const { history, index } = this.#double;
    const double = await outcomeOf(act({ store: this.#double, index, history }));
    const real = await outcomeOf(act(this.#real));
    this.#count(command, double);
    expect(canonical(real), `${command.call}: the real one beside the double`).toBe(canonical(double));
  }

  async #page(command: ListName & { readonly call: "list" | "next page"; readonly limit: number }): Promise<void> {
    const { group, limit } = command;
    const workflow = this.#workflow(command.workflow);
    const name = `${workflow} ${group}`;
    const before = command.call === "list" ? undefined : this.#cursors.get(name);
    const ask = (index: InstanceIndex, cursor: string | undefined): Promise<unknown> =>
      outcomeOf(index.list({ workflow, group, limit, ...(cursor === undefined ? {} : { cursor }) }));
    const double = await ask(this.#double.index, before?.double);
    const real = await ask(this.#real.index, before?.real);
    this.#count(command, double);
    // A cursor is the store's own: only whether there is one is the same.
    expect(canonical(shownPage(real)), `${command.call} of ${group}`).toBe(canonical(shownPage(double)));
    this.#cursors.set(name, { double: cursorOf(double), real: cursorOf(real) });
  }

  #head({ head, id, workflow }: Extract<StoreCommand, { call: "create" }>): InstanceHead {
    const { indexedAt, ...rest } = head;
    return {
      ...rest,
      id: this.#id(id),
      workflow: this.#workflow(workflow),
      ...(indexedAt === undefined ? {} : { indexedAt: this.#from + indexedAt }),
    };
  }

  #update({ listed, update }: Extract<StoreCommand, { call: "update" }>): HeadUpdate {
    const { indexedAt } = update.set;
    return {
      ...update,
      set: { ...update.set, ...(indexedAt === undefined ? {} : { indexedAt: this.#from + indexedAt }) },
      ...(listed ? { listed: { ...listed, workflow: this.#workflow(listed.workflow) } } : {}),
    };
  }

  async #condition(id: string, plan: ConditionPlan): Promise<HeadCondition> {
    const stored = (await this.#double.read([id])).get(id);
    const { heldToken, openBranch, patchVersion, pauseId, seq, statusIn, token, withStored } = plan;
    const value = (asked: "stored" | number, now: number | undefined): number =>
      asked === "stored" ? (now ?? 0) : asked;
    return {
      statusIn: stored && withStored ? [...new Set([...statusIn, stored.status])] : statusIn,
      ...(seq === undefined ? {} : { seq: value(seq, stored?.seq) }),
      ...(token === undefined ? {} : { token: value(token, stored?.token) }),
      ...(patchVersion === undefined ? {} : { patchVersion: value(patchVersion, stored?.patchVersion) }),
      ...(pauseId === undefined ? {} : { pauseId: pauseId === "stored" ? (stored?.pauseId ?? null) : pauseId }),
      ...(heldToken === undefined
        ? {}
        : { heldToken: heldToken === "stored" ? (stored?.heldToken ?? null) : heldToken }),
      ...(openBranch === undefined ? {} : { openBranch }),
    };
  }

  #count({ call }: StoreCommand, outcome: unknown): void {
    const end = `${call}: ${isRecord(outcome) && "rejected" in outcome ? "rejected" : isRefusal(outcome) ? "refused" : "done"}`;
    this.tally.set(end, (this.tally.get(end) ?? 0) + 1);
  }

  /** Mostly one that is stored. */
  #target(index: number): string {
    const stored = this.#double.heads();
    return (index === 0 ? undefined : stored[index % stored.length]?.id) ?? this.#id(index);
  }

  #id(index: number): string {
    return this.#ids[index % IDS] ?? "";
  }

  #workflow(index: number): string {
    return this.#workflows[index % WORKFLOWS] ?? "";
  }
}

function isRefusal(outcome: unknown): boolean {
  return isRecord(outcome) && outcome["ok"] === false;
}

/** The same for every append of the chunk. */
function chunkOf({ chunk, id }: { readonly chunk: number; readonly id: number }): readonly HistoryEntry[] {
  return Array.from({ length: HISTORY_CHUNK }, (_, index) => {
    const seq = chunk * HISTORY_CHUNK + index + 1;
    const outcome = historyOutcomes[seq % historyOutcomes.length] ?? "goto";
    return {
      seq,
      step: `step "${id}"\n💳`,
      attempt: 1 + (seq % 3),
      outcome,
      startedAt: 1_000 + seq * 7,
      duration: seq % 5,
    };
  });
}

/** Entries of one time may come in any order. */
function byTimeAndId(entries: readonly DueEntry[]): readonly DueEntry[] {
  if (!isTolerated("dueTies")) return entries;
  return entries.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

function shownPage(outcome: unknown): unknown {
  return isPage(outcome) ? { ids: outcome.ids, more: outcome.cursor !== undefined } : outcome;
}

function cursorOf(outcome: unknown): string | undefined {
  return isPage(outcome) ? outcome.cursor : undefined;
}

function isPage(outcome: unknown): outcome is ListPage {
  return isRecord(outcome) && "ids" in outcome;
}
