import type { Node } from "@babel/types";
import { type Fact } from "./fact.ts";
import { keysThatDiffer, Store } from "./store.ts";
import {
  type Cell,
  DEPENDS,
  isAnything,
  list,
  record,
  unionOf,
  unknown,
  type Value,
  valueKey,
  unordered,
} from "./value.ts";

/** One way through the code, up to some point of it. */
export interface Path {
  /** How often goto or wait was called; 2 is more than once. */
  readonly asked: number;
  /** It may be that nothing comes this way, or not so often: no mistake is told about it. */
  readonly doubtful: boolean;
  /** In code that nobody awaits, after its first await. */
  readonly late: boolean;
  /** Milliseconds of its own sleeps. */
  readonly slept: number;
  /** What the conditions on the way depend on. */
  readonly guards: number;
  /** Calls made so far. */
  readonly age: number;
  readonly facts: readonly Fact[];
  readonly names: Store<Value>;
  readonly heap: Store<Cell>;
  /** The statement by which it left the step. */
  readonly left?: Node;
}

export const firstPath: Path = {
  asked: 0,
  doubtful: false,
  late: false,
  slept: 0,
  guards: DEPENDS.nothing,
  age: 0,
  facts: [],
  names: new Store(valueKey),
  heap: new Store(cellKey),
};

/** More paths than this become one for each number of calls. */
const MOST_PATHS = 48;

/** The same paths without repetition, and not too many of them. */
export function tidy(paths: readonly Path[]): readonly Path[] {
  if (paths.length < 2) return paths;
  const distinct = new Map<string, Path>();
  for (const path of paths) {
    const key = pathKey(path);
    const known = distinct.get(key);
    distinct.set(
      key,
      known ? { ...known, guards: known.guards | path.guards, slept: Math.max(known.slept, path.slept) } : path,
    );
  }
  if (distinct.size <= MOST_PATHS) return [...distinct.values()];
  const groups = Map.groupBy(distinct.values(), ({ asked, doubtful, late }) => `${asked} ${doubtful} ${late}`);
  return [...groups.values()].map(joined);
}

function pathKey({ asked, doubtful, facts, heap, late, names }: Path): string {
  const told = facts.map(
    ({ holds, subject, test }) => `${subject} ${test.op} ${"to" in test ? String(test.to) : ""} ${holds}`,
  );
  return [asked, doubtful, late, names.fingerprint(), heap.fingerprint(), ...told].join("\n");
}

export function cellKey({ exact, items, props, rest, type }: Cell): string {
  const written = [...props].map(([name, value]) => `${name}:${valueKey(value)}`);
  return [type, exact, rest ? valueKey(rest) : "", ...items.map(valueKey), ...written].join(" ");
}

/** One path that may be any of these: it holds what they hold, and what they know of conditions is forgotten. */
export function joined(paths: readonly Path[]): Path {
  const [first = firstPath] = paths;
  if (paths.length < 2) return first;
  let { heap, names } = first;
  for (const slot of keysThatDiffer(paths.map((path) => path.names)))
    names = names.with(slot, unionOf(paths.flatMap((path) => path.names.get(slot) ?? [])));
  for (const id of keysThatDiffer(paths.map((path) => path.heap)))
    heap = heap.with(id, joinedCell(paths.flatMap((path) => path.heap.get(id) ?? [])));
  return {
    ...first,
    // Without what conditions told, two calls on one path may be on two that exclude each other.
    doubtful: first.doubtful || paths.some(({ facts }) => facts.length > 0),
    slept: Math.max(...paths.map(({ slept }) => slept)),
    guards: paths.reduce((mask, { guards }) => mask | guards, 0),
    age: Math.max(...paths.map(({ age }) => age)),
    facts: first.facts.filter((fact) => paths.every(({ facts }) => facts.includes(fact))),
    names,
    heap,
  };
}

/** The end of a path as the beginning of others: what it holds, and nothing of how it came there. */
export function settled({ heap, names }: Path): Path {
  return { ...firstPath, names: names.settled(), heap: heap.settled() };
}

function joinedCell(cells: readonly Cell[]): Cell {
  const [first = record()] = cells;
  const key = cellKey(first);
  if (cells.every((cell) => cell === first || cellKey(cell) === key)) return first;
  if (first.type === "list") return list(unordered(cells.flatMap(({ items }) => items)), false);
  const names = new Set(cells.flatMap(({ props }) => [...props.keys()]));
  const rests = cells.flatMap(({ rest }) => rest ?? []);
  return {
    ...first,
    props: new Map(
      [...names].map((name) => [name, unionOf(cells.flatMap(({ props, rest }) => props.get(name) ?? rest ?? []))]),
    ),
    items: cells.flatMap(({ items }) => items),
    exact: false,
    ...(rests.length > 0 ? { rest: unionOf(rests) } : {}),
    places: new Map(cells.flatMap(({ places }) => [...places])),
  };
}

/** The cell of an object whose content the source does not tell any longer. */
export function tainted(cell: Cell): Cell {
  const props = new Map([...cell.props].map(([name, value]) => [name, unionOf([value, unknown()])]));
  const items = cell.items.some(isAnything) ? cell.items : [...cell.items, unknown()];
  return { ...cell, props, items, exact: false, rest: unknown() };
}
