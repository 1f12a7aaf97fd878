import { allocate, cellOf, write } from "./heap.ts";
import type { Arguments, Frame, Outcome, Site, Use } from "./machine.ts";
import { type Path, tidy } from "./path.ts";
import { type Cell, constant, dependence, list, nothing, unionOf, unknown, type Value, unordered } from "./value.ts";

interface At {
  readonly frame: Frame;
  readonly path: Path;
  readonly use: Use;
}

/** Calls a callback for each item, one after the other; for items that are not all known it may happen any number of times. */
function forEach(
  of: Value,
  cell: Cell,
  args: Arguments,
  site: Site,
  { frame, path, use }: At,
): readonly { readonly results: readonly Value[]; readonly path: Path }[] {
  const [callback] = args.values;
  if (callback === undefined) return [{ results: [], path }];
  const call = (item: Value, index: Value, from: Path, mode: Use): readonly Outcome[] =>
    frame.machine.call(callback, { values: [item, index, of], exact: true, nodes: [] }, site, frame, from, mode);
  if (!cell.exact) {
    const item = unionOf(cell.items);
    const once = call(item, unknown(), path, use);
    const twice = tidy(once.map((outcome) => outcome.path)).flatMap((from) => call(item, unknown(), from, use));
    return [
      { results: [], path },
      ...[...once, ...twice].map((outcome) => ({ results: [outcome.value], path: outcome.path })),
    ];
  }
  return cell.items.reduce<readonly { readonly results: readonly Value[]; readonly path: Path }[]>(
    (partial, item, index) =>
      partial.flatMap(({ path: from, results }) =>
        call(item, constant(index), from, use).map((outcome) => ({
          results: [...results, outcome.value],
          path: outcome.path,
        })),
      ),
    [{ results: [], path }],
  );
}

/** A method of a list; undefined for one that is not known. */
export function callListMethod(
  of: Value,
  cell: Cell,
  name: string,
  args: Arguments,
  site: Site,
  at: At,
): readonly Outcome[] | undefined {
  const { frame, path } = at;
  const make = (items: readonly Value[], exact: boolean, on = path): Outcome =>
    allocate(frame.machine, on, list(items, exact));
  switch (name) {
    case "map":
    case "flatMap":
      return forEach(of, cell, args, site, at).map((one) =>
        make(name === "map" ? one.results : [...one.results, unknown()], cell.exact && name === "map", one.path),
      );
    case "forEach":
      return forEach(of, cell, args, site, at).map((one) => ({ value: nothing, path: one.path }));
    case "filter":
      return forEach(of, cell, args, site, at).map((one) => {
        const kept = cell.exact ? decided(cell.items, one.results) : undefined;
        return make(kept ?? cell.items, kept !== undefined, one.path);
      });
    case "reduce":
    case "reduceRight":
      return reduced(of, cell, name === "reduceRight", args, site, at);
    case "slice":
      return [sliced(cell, args.values, make)];
    case "sort":
    case "toSorted":
    case "splice":
      return [make(cell.items, false)];
    case "reverse":
    case "toReversed":
      return [make(cell.items.toReversed(), cell.exact)];
    case "find":
    case "findLast":
      return forEach(of, cell, args, site, at).map((one) => ({
        value: cell.exact ? foundOf(cell.items, one.results, name === "findLast") : unionOf([...cell.items, nothing]),
        path: one.path,
      }));
    case "some":
    case "every":
    case "findIndex":
      return forEach(of, cell, args, site, at).map((one) => ({
        value: unknown(resultDependence(one.results)),
        path: one.path,
      }));
    default:
      return readOrChange(of, cell, name, args, path, make);
  }
}

type MakeList = (items: readonly Value[], exact: boolean, on?: Path) => Outcome;

/** Methods of lists that take no callback. */
function readOrChange(
  of: Value,
  cell: Cell,
  name: string,
  args: Arguments,
  path: Path,
  make: MakeList,
): readonly Outcome[] | undefined {
  const [first] = args.values;
  switch (name) {
    case "at":
    case "shift":
    case "pop":
      return [
        { value: pick(cell, name, first), path: name === "at" ? path : write(path, of, { ...cell, exact: false }) },
      ];
    case "push":
    case "unshift":
      return [{ value: unknown(), path: write(path, of, grown(cell, args, name === "push")) }];
    case "concat":
      return [concatenated(cell, args, path, make)];
    case "includes":
    case "indexOf":
      return [{ value: includes(cell, first, name), path }];
    case "join":
      return [{ value: joinText(cell, first), path }];
    case "values":
      return [make(cell.items, cell.exact)];
    case "keys":
      return [make(cell.exact ? cell.items.map((_, index) => constant(index)) : [unknown()], cell.exact)];
    case "entries":
      return [pairs(cell, path, make)];
    case "fill":
      return [
        make(
          cell.items.map(() => first ?? nothing),
          cell.exact && args.values.length === 1,
        ),
      ];
    default:
      return undefined;
  }
}

/** `[index, item]` for each item. */
function pairs({ exact, items }: Cell, path: Path, make: MakeList): Outcome {
  const made: Value[] = [];
  let at = path;
  for (const [index, item] of (exact ? items : [unionOf(items)]).entries()) {
    const pair = make([exact ? constant(index) : unknown(), item], true, at);
    made.push(pair.value);
    at = pair.path;
  }
  return make(made, exact, at);
}

/** What `find` may answer: up to the first item of which the callback says for certain that it is the one. */
function foundOf(items: readonly Value[], results: readonly Value[], isFromEnd: boolean): Value {
  const asked = items.map((item, index) => ({ item, answer: truthOf(results[index] ?? unknown()) }));
  const inOrder = isFromEnd ? asked.toReversed() : asked;
  const sure = inOrder.findIndex(({ answer }) => answer === true);
  const possible = (sure < 0 ? inOrder : inOrder.slice(0, sure + 1)).filter(({ answer }) => answer !== false);
  return unionOf([...possible.map(({ item }) => item), ...(sure < 0 ? [nothing] : [])]);
}

/** Undefined when the source does not tell. */
function truthOf(value: Value): boolean | undefined {
  if (value.kind === "unknown" || value.kind === "union") return undefined;
  return value.kind === "constant" ? Boolean(value.value) : true;
}

/** The items for which a callback answered something truthy, when that is known of all. */
function decided(items: readonly Value[], results: readonly Value[]): readonly Value[] | undefined {
  if (results.length !== items.length || results.some((one) => truthOf(one) === undefined)) return undefined;
  return items.filter((_, index) => truthOf(results[index] ?? nothing) === true);
}

/** `reduce` of a list that is known; of another the callback may run any number of times. */
function reduced(
  of: Value,
  cell: Cell,
  isFromRight: boolean,
  { values }: Arguments,
  site: Site,
  at: At,
): readonly Outcome[] | undefined {
  const [callback, ...initial] = values;
  if (callback === undefined || !cell.exact) return undefined;
  const indexed = cell.items.map((item, index) => ({ item, index: constant(index) }));
  const inOrder = isFromRight ? indexed.toReversed() : indexed;
  const rest = initial.length === 0 ? inOrder.slice(1) : inOrder;
  return rest.reduce<readonly Outcome[]>(
    (outcomes, { index, item }) =>
      outcomes.flatMap(({ path, value }) => {
        const given = { values: [value, item, index, of], exact: true, nodes: [] };
        return at.frame.machine.call(callback, given, site, at.frame, path, at.use);
      }),
    [{ value: initial[0] ?? inOrder[0]?.item ?? nothing, path: at.path }],
  );
}

function sliced(cell: Cell, bounds: readonly Value[], make: MakeList): Outcome {
  const numbers = bounds.flatMap((one) =>
    one.kind === "constant" && typeof one.value === "number" ? [one.value] : [],
  );
  if (!cell.exact || numbers.length !== bounds.length) return make(cell.items, false);
  return make(cell.items.slice(...numbers), true);
}

function resultDependence(results: readonly Value[]): number {
  return results.reduce((mask, result) => mask | dependence(result), 0);
}

function pick({ exact, items }: Cell, name: string, index: Value | undefined): Value {
  const place =
    name === "pop" ? -1 : name === "shift" ? 0 : index?.kind === "constant" ? Number(index.value) : undefined;
  if (exact && place !== undefined) return items.at(place) ?? nothing;
  return unionOf([...items, nothing]);
}

/** Lists that grow in a loop would never be the same twice. */
const LONGEST = 24;

function grown(cell: Cell, { exact, values }: Arguments, atEnd: boolean): Cell {
  const items = atEnd ? [...cell.items, ...values] : [...values, ...cell.items];
  if (!cell.exact) return { ...cell, items: unordered(items) };
  return items.length > LONGEST
    ? { ...cell, items: [unionOf(items)], exact: false }
    : { ...cell, items, exact: cell.exact && exact };
}

function concatenated(
  cell: Cell,
  args: Arguments,
  path: Path,
  make: (items: readonly Value[], exact: boolean) => Outcome,
): Outcome {
  const parts = args.values.map((value) => {
    const other = cellOf(value, path);
    if (other?.type === "list") return { items: other.items, exact: other.exact };
    return { items: [value], exact: value.kind !== "unknown" && value.kind !== "union" };
  });
  return make([...cell.items, ...parts.flatMap(({ items }) => items)], cell.exact && parts.every(({ exact }) => exact));
}

function includes({ exact, items }: Cell, wanted: Value | undefined, name: string): Value {
  const isKnown = exact && wanted?.kind === "constant" && items.every(({ kind }) => kind === "constant");
  if (!isKnown) return unknown(wanted ? dependence(wanted) : 0);
  const index = items.findIndex((item) => item.kind === "constant" && item.value === wanted.value);
  return constant(name === "includes" ? index >= 0 : index);
}

function joinText({ exact, items }: Cell, separator: Value | undefined): Value {
  const isKnown = exact && items.every(({ kind }) => kind === "constant") && separator?.kind === "constant";
  if (!isKnown) return unknown();
  return constant(
    items.map((item) => (item.kind === "constant" ? String(item.value) : "")).join(String(separator.value)),
  );
}
