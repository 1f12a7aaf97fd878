import { allocate, cellOf, distinct, itemsOf, write } from "./heap.ts";
import type { Frame, Outcome, Yields } from "./machine.ts";
import { joined, type Path } from "./path.ts";
import { list, type Value, unordered } from "./value.ts";

/**
 * A generator is run to its end at once, and stands for the list of what it yields: that it runs piece by piece matters
 * only to code that goes to other steps from inside of one.
 */
export function beginGenerator(frame: Frame, path: Path): { readonly yields: Yields; readonly path: Path } {
  const made = allocate(frame.machine, path, list([]));
  return { yields: { list: made.value, stops: [] }, path: made.path };
}

/** What `yield` adds to the list. */
export function yielded(value: Value, isDelegated: boolean, { yields }: Frame, path: Path): Path {
  const cell = yields && cellOf(yields.list, path);
  if (yields === undefined || cell === undefined) return path;
  const { exact, items } = isDelegated ? itemsOf(value, path) : { items: [value], exact: true };
  const isExact = cell.exact && exact;
  const all = [...cell.items, ...items];
  const end = write(path, yields.list, { ...cell, items: isExact ? all : unordered(all), exact: isExact });
  yields.stops.push(end);
  return end;
}

/** What a call of the generator answers; of one that never ends as much as anybody takes. */
export function endGenerator(yields: Yields, outcomes: readonly Outcome[], frame: Frame): readonly Outcome[] {
  if (outcomes.length > 0) return outcomes.map(({ path }) => ({ value: yields.list, path }));
  if (yields.stops.length === 0) return [];
  const items = yields.stops.flatMap((path) => cellOf(yields.list, path)?.items ?? []);
  // Whoever takes its items does not come to their end.
  const path = { ...joined(yields.stops), doubtful: true };
  return [allocate(frame.machine, path, list(distinct(items), false))];
}
