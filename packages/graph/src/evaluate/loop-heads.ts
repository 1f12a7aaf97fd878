import { taint } from "./heap.ts";
import type { Frame } from "./machine.ts";
import { cellKey, joined, type Path, tainted } from "./path.ts";
import { type Cell, unionOf, unknown, valueKey, unordered } from "./value.ts";

/** Turns after which a variable that still gets new values is taken as unknown. */
const TURNS_TO_BLUR = 6;

/** The same for one that holds nothing but numbers. */
const TURNS_TO_COUNT = 2;

/** And for what a list holds that still grows when its order and length are unknown. */
const TURNS_TO_TAINT = 9;

/** More paths than this begin a turn as one for each number of calls. */
const MOST_HEADS = 12;

/**
 * The paths with which the turns of a loop have begun. A turn that begins as one before it did finds nothing new, and so
 * a loop that turns any number of times is at an end when all its paths begin that way.
 */
export class LoopHeads {
  /** Variables and objects with a higher number belong to one turn. */
  readonly #mark: number;
  readonly #states = new Set<string>();
  readonly #values = new Map<string, Set<string>>();

  constructor(mark: number) {
    this.#mark = mark;
  }

  /** The paths that begin a turn as none did before; after some turns what is still new to their variables is given up. */
  entered(paths: readonly Path[], { scope }: Frame, turn: number): readonly Path[] {
    const heads = fewer(paths);
    const grown = this.#note(heads, scope.names);
    // A number that still changes is a counter.
    const endless = turn >= TURNS_TO_BLUR ? grown : turn >= TURNS_TO_COUNT ? this.#counters(grown) : new Set<string>();
    const begun =
      endless.size > 0 ? heads.map((path) => blurred(path, endless, scope.names, turn >= TURNS_TO_TAINT)) : heads;
    if (endless.size > 0) this.#note(begun, scope.names);
    return begun.filter((path) => {
      const { asked, doubtful, facts, guards, late } = path;
      const told = facts.map(({ holds, subject, test }) => `${subject} ${JSON.stringify(test)} ${holds}`);
      const parts = [...this.#parts(path, scope.names)].map(([part, key]) => `${part} ${key}`).toSorted();
      const state = [asked, doubtful, late, guards, ...told, ...parts].join("\n");
      if (this.#states.has(state)) return false;
      this.#states.add(state);
      return true;
    });
  }

  /** A path on which everything that had different values at the beginning of turns may be anything. */
  blurred(path: Path, { scope }: Frame): Path {
    const changing = [...this.#values].filter(([, { size }]) => size > 1).map(([part]) => part);
    return blurred(path, new Set(changing), scope.names, true);
  }

  #counters(parts: ReadonlySet<string>): ReadonlySet<string> {
    const isNumber = (key: string): boolean => key.startsWith("number:");
    return new Set([...parts].filter((part) => [...(this.#values.get(part) ?? [])].every(isNumber)));
  }

  /** Keeps what the variables and objects hold; answers those for which it is new. */
  #note(paths: readonly Path[], own: ReadonlyMap<string, number>): ReadonlySet<string> {
    const grown = new Set<string>();
    for (const path of paths) {
      for (const [part, key] of this.#parts(path, own)) {
        const known = this.#values.get(part) ?? new Set<string>();
        if (!known.has(key)) grown.add(part);
        this.#values.set(part, known.add(key));
      }
    }
    return grown;
  }

  /** What the path holds that outlives a turn; the loop's own variables have new places in each. */
  #parts({ heap, names }: Path, own: ReadonlyMap<string, number>): ReadonlyMap<string, string> {
    const parts = new Map<string, string>();
    for (const [slot, value] of names.written()) if (slot <= this.#mark) parts.set(`name ${slot}`, valueKey(value));
    for (const [id, cell] of heap.written()) if (id <= this.#mark) parts.set(`cell ${id}`, cellKey(cell));
    for (const [name, slot] of own) {
      const value = names.get(slot);
      if (slot > this.#mark && value) parts.set(`own ${name}`, valueKey(value));
    }
    return parts;
  }
}

/** Some paths as they are, many as one for each number of calls. */
export function fewer(paths: readonly Path[]): readonly Path[] {
  if (paths.length <= MOST_HEADS) return paths;
  return [...Map.groupBy(paths, ({ asked, doubtful }) => `${asked} ${doubtful}`).values()].map(joined);
}

/** A list that grows: first in any order and number, and if that is not enough with anything in it. */
function loosened(cell: Cell, isTainting: boolean): Cell {
  const isList = cell.type === "list" || cell.type === "set";
  return isList && !isTainting ? { ...cell, items: unordered(cell.items), exact: false } : tainted(cell);
}

function blurred(path: Path, parts: ReadonlySet<string>, own: ReadonlyMap<string, number>, isTainting: boolean): Path {
  let at = path;
  for (const part of parts) {
    const [kind = "", name = ""] = part.split(" ");
    if (kind === "cell") {
      const cell = at.heap.get(Number(name));
      if (cell) at = { ...at, heap: at.heap.with(Number(name), loosened(cell, isTainting)) };
      continue;
    }
    const slot = kind === "own" ? own.get(name) : Number(name);
    const value = slot === undefined ? undefined : at.names.get(slot);
    if (slot === undefined || value === undefined) continue;
    const loose = taint(at, [value]);
    at = { ...loose, names: loose.names.with(slot, unionOf([value, unknown()])) };
  }
  return at;
}
