import { allocate, cellOf, itemsOf, write } from "./heap.ts";
import type { Arguments, Frame, Outcome, Site, Use } from "./machine.ts";
import { type Path, tidy } from "./path.ts";
import { type Cell, constant, dependence, list, nothing, unionOf, unknown, type Value } from "./value.ts";

interface At {
  readonly frame: Frame;
  readonly path: Path;
  readonly use: Use;
}

type Method = Extract<Value, { kind: "method" }>;

/** Methods of lists, maps, texts and functions; undefined for one that is not known. */
export function callMethod(method: Method, args: Arguments, site: Site, at: At): readonly Outcome[] | undefined {
  const { name, of } = method;
  if (of.kind === "function" || of.kind === "asker" || of.kind === "class" || of.kind === "method")
    return callFunctionMethod(of, name, args, site, at);
  if (of.kind === "constant") return callText(of.value, name, args, at.path);
  const cell = of.kind === "unknown" ? list([unknown(of.depends)], false) : cellOf(of, at.path);
  if (cell === undefined) return undefined;
  if (cell.type === "map" || cell.type === "set") return callCollection(of, cell, name, args, site, at);
  if (cell.type === "record") return name === "hasOwnProperty" ? [{ value: unknown(), path: at.path }] : undefined;
  return callListMethod(of, cell, name, args, site, at);
}

function callFunctionMethod(
  of: Value,
  name: string,
  args: Arguments,
  site: Site,
  { frame, path, use }: At,
): readonly Outcome[] | undefined {
  const [self, ...others] = args.values;
  if (name === "call")
    return frame.machine.call(withSelf(of, self), { ...args, values: others }, site, frame, path, use);
  if (name === "apply") {
    const { exact, items } = others[0] === undefined ? { exact: true, items: [] } : itemsOf(others[0], path);
    return frame.machine.call(withSelf(of, self), { ...args, values: items, exact }, site, frame, path, use);
  }
  if (name !== "bind") return undefined;
  const bound = withSelf(of, self);
  if (bound.kind === "function" || bound.kind === "asker") {
    return [{ value: { ...bound, bound: [...(bound.bound ?? []), ...others] }, path }];
  }
  return undefined;
}

function withSelf(value: Value, self: Value | undefined): Value {
  return value.kind === "function" && self !== undefined ? { ...value, self } : value;
}

const textMethods: ReadonlyMap<string, (text: string, args: readonly string[]) => string> = new Map([
  ["toLowerCase", (text) => text.toLowerCase()],
  ["toUpperCase", (text) => text.toUpperCase()],
  ["trim", (text) => text.trim()],
  ["toString", (text) => text],
  ["valueOf", (text) => text],
  ["concat", (text, args) => text.concat(...args)],
  ["replace", (text, [from = "", to = ""]) => text.replace(from, to)],
  ["replaceAll", (text, [from = "", to = ""]) => text.replaceAll(from, to)],
]);

function callText(value: unknown, name: string, args: Arguments, path: Path): readonly Outcome[] | undefined {
  const compute = textMethods.get(name);
  const texts = args.values.flatMap((one) => (one.kind === "constant" ? [String(one.value)] : []));
  if (compute === undefined || texts.length !== args.values.length) return [{ value: unknown(), path }];
  return [{ value: constant(compute(String(value), texts)), path }];
}

function callCollection(
  of: Value,
  cell: Cell,
  name: string,
  args: Arguments,
  site: Site,
  at: At,
): readonly Outcome[] | undefined {
  const [key, value] = args.values;
  const { path } = at;
  if (name === "get" && key) {
    const found = key.kind === "constant" && cell.exact ? cell.props.get(String(key.value)) : undefined;
    const isComplete = key.kind === "constant" && cell.exact && cell.props.size === cell.items.length;
    return [{ value: found ?? (isComplete ? nothing : unionOf([...cell.items, nothing])), path }];
  }
  if (name === "set" && value) {
    const next: Cell = { ...cell, items: [...cell.items, value], exact: false };
    return [{ value: of, path: write(path, of, next) }];
  }
  if (name === "add" && key) return [{ value: of, path: write(path, of, { ...cell, items: [...cell.items, key] }) }];
  if (name === "has" || name === "delete") return [{ value: unknown(dependence(key ?? nothing)), path }];
  if (name === "values" || (name === "keys" && cell.type === "set"))
    return [allocate(at.frame.machine, path, list(cell.items, cell.exact))];
  return name === "forEach" ? callListMethod(of, { ...cell, type: "list" }, name, args, site, at) : undefined;
}

/** Calls a callback for each item, one after the other; for items that are not all known it may happen any number of times. */
function forEach(
  cell: Cell,
  args: Arguments,
  site: Site,
  { frame, path, use }: At,
): readonly { readonly results: readonly Value[]; readonly path: Path }[] {
  const [callback] = args.values;
  if (callback === undefined) return [{ results: [], path }];
  const call = (item: Value, index: Value, from: Path, mode: Use): readonly Outcome[] =>
    frame.machine.call(callback, { values: [item, index], exact: true, nodes: [] }, site, frame, from, mode);
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

function callListMethod(
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
      return forEach(cell, args, site, at).map((one) =>
        make(name === "map" ? one.results : [...one.results, unknown()], cell.exact && name === "map", one.path),
      );
    case "forEach":
      return forEach(cell, args, site, at).map((one) => ({ value: nothing, path: one.path }));
    case "filter":
    case "sort":
    case "toSorted":
    case "slice":
    case "splice":
      return forEach(cell, { ...args, values: name === "filter" ? args.values : [] }, site, at).map((one) =>
        make(cell.items, false, one.path),
      );
    case "reverse":
    case "toReversed":
      return [make(cell.items.toReversed(), cell.exact)];
    case "find":
    case "findLast":
      return forEach(cell, args, site, at).map((one) => ({ value: unionOf([...cell.items, nothing]), path: one.path }));
    case "some":
    case "every":
    case "findIndex":
      return forEach(cell, args, site, at).map((one) => ({
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
    case "entries":
    case "keys":
      return [make([unknown()], false)];
    default:
      return undefined;
  }
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
