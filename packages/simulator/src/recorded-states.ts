import type { HistoryEntry, InstanceHead } from "@stephooks/core";

/** Ends a text that is not the whole value. */
const LEFT_OUT = "…";

type Texts = Map<string, string>;

/** I25: what the history says was written, replayed from the start on, with patches in their place, is what is stored. */
export class RecordedStates {
  readonly #states = new Map<string, Texts>();
  readonly #mark: (what: string) => void;

  constructor(mark: (what: string) => void) {
    this.#mark = mark;
  }

  /** Complaints about a write of an instance that began with `given`. */
  written(before: InstanceHead | undefined, after: InstanceHead, given: InstanceHead["state"]): readonly string[] {
    if (!after.keepsChanges) return [`I25: ${after.id} lost what its start said of its history`];
    const isCommit = after.seq !== (before?.seq ?? 0);
    // A patch from outside is no transition and has no entry.
    const replayed = isCommit ? this.#replayed(after, given) : new Map(after.state);
    this.#states.set(after.id, replayed);
    if (sameTexts(replayed, after.state)) return [];
    const told = JSON.stringify([...replayed]);
    return [
      `I25: the history of ${after.id} makes ${told} of seq ${after.seq}, stored is ${JSON.stringify([...after.state])}`,
    ];
  }

  #replayed({ history, id, state }: InstanceHead, given: InstanceHead["state"]): Texts {
    const entry = history.at(-1);
    if (entry?.changes !== undefined) this.#mark("history: says what changed");
    if (entry?.unlisted !== undefined) this.#mark("history: has no room for every change");
    return applied(this.#states.get(id) ?? new Map(given), entry, state, this.#mark);
  }
}

/** Where the entry does not tell a value whole, or names no key, it can be held against the stored state only in part. */
function applied(
  from: ReadonlyMap<string, string>,
  { changes = [], unlisted = 0 }: Partial<HistoryEntry> = {},
  stored: ReadonlyMap<string, string>,
  mark: (what: string) => void,
): Texts {
  const texts = new Map(from);
  for (const { after, key } of changes) {
    if (after === undefined) texts.delete(key);
    else texts.set(key, after);
    const whole = stored.get(key);
    if (after?.endsWith(LEFT_OUT) && whole?.startsWith(after.slice(0, -1)) && whole.length > after.length) {
      mark("history: shortened a value");
      texts.set(key, whole);
    }
  }
  const listed = new Set(changes.map(({ key }) => key));
  const others = [...stored].filter(([key, json]) => !listed.has(key) && texts.get(key) !== json);
  if (others.length <= unlisted) for (const [key, json] of others) texts.set(key, json);
  return texts;
}

function sameTexts(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([key, json]) => other.get(key) === json);
}
