import type { KeptChange } from "./evaluate/machine.ts";
import { type Path, tainted } from "./evaluate/path.ts";
import { alternatives, isAnything, nothing, unionOf, unknown, type Value, valueKey } from "./evaluate/value.ts";

/**
 * What was there before the steps ran, and what they have changed of it: a variable around a step function, or a field of
 * an object, is still changed when the next instance comes to it. Undefined when that is nothing new.
 */
export function withKept(base: Path, changes: readonly KeptChange[], isBlurring: boolean): Path | undefined {
  let { heap, names } = base;
  for (const { cell: id, name, slot, value } of changes) {
    const added = value === undefined || isBlurring ? unknown() : asKept(value);
    const held = slot === undefined ? undefined : names.get(slot);
    if (slot !== undefined && held) names = names.with(slot, grown(held, added));
    const cell = id === undefined ? undefined : heap.get(id);
    // Of a tainted one everything is unknown already.
    if (id === undefined || cell === undefined || (cell.rest && isAnything(cell.rest))) continue;
    if (name === undefined) heap = heap.with(id, tainted(cell));
    else {
      const before = cell.props.get(name) ?? nothing;
      const after = grown(before, added);
      if (after !== before) heap = heap.with(id, { ...cell, props: new Map(cell.props).set(name, after) });
    }
  }
  const isSame = heap === base.heap && names === base.names;
  return isSame ? undefined : { ...base, heap: heap.settled(), names: names.settled() };
}

/** The same value when nothing is added. */
function grown(held: Value, added: Value): Value {
  const both = unionOf([held, added]);
  return valueKey(both) === valueKey(held) ? held : both;
}

/** What a step has made is not there when another one runs. */
function asKept(value: Value): Value {
  return alternatives(value).every(({ kind }) => kind === "constant") ? value : unknown();
}
