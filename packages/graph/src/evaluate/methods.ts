import { allocate, cellOf, distinct, isComplete, itemsOf, iterated, write } from "./heap.ts";
import type { Arguments, Frame, Outcome, Site, Use } from "./machine.ts";
import type { Path } from "./path.ts";
import { callListMethod } from "./list-methods.ts";
import { callText } from "./text-methods.ts";
import { alternatives, type Cell, constant, dependence, list, nothing, unionOf, unknown, type Value } from "./value.ts";

interface At {
  readonly frame: Frame;
  readonly path: Path;
  readonly use: Use;
}

/** Methods that change what they are called on. */
const changing: ReadonlySet<string> = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear".split(" "),
);

type Method = Extract<Value, { kind: "method" }>;

/** Methods of lists, maps, texts and functions; undefined for one that is not known. */
export function callMethod(method: Method, args: Arguments, site: Site, at: At): readonly Outcome[] | undefined {
  const { name, of } = method;
  if (of.kind === "function" || of.kind === "asker" || of.kind === "class" || of.kind === "method")
    return callFunctionMethod(of, name, args, site, at);
  if (of.kind === "constant") return callText(of.value, name, args, at);
  const cell = of.kind === "unknown" ? list([unknown(of.depends)], false) : cellOf(of, at.path);
  if (cell === undefined) return undefined;
  if (of.kind === "object" && changing.has(name)) at.frame.listener?.changed({ cell: of.id });
  if (cell.type === "map" || cell.type === "set") return callCollection(of, cell, name, args, site, at);
  if (cell.type === "record") return [{ value: unknown(), path: at.path }];
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
  if (name === "get" && key) return [{ value: unionOf(alternatives(key).map((one) => valueAt(cell, one))), path }];
  if (name === "set" && value) return [{ value: of, path: write(path, of, withEntry(cell, key ?? nothing, value)) }];
  if (name === "add" && key)
    return [{ value: of, path: write(path, of, { ...cell, items: distinct([...cell.items, key]) }) }];
  if (name === "has" && key) return [{ value: hasEntry(cell, key), path }];
  if (name === "has") return [{ value: unknown(), path }];
  if (name === "delete" || name === "clear")
    return [{ value: unknown(dependence(key ?? nothing)), path: write(path, of, { ...cell, exact: false }) }];
  if (cell.type === "map" && name === "keys" && isComplete(cell))
    return [allocate(at.frame.machine, path, list([...cell.props.keys()].map((one) => constant(one))))];
  if (cell.type === "map" && name === "entries") {
    const { exact, items, path: end } = iterated(at.frame.machine, of, path);
    return [allocate(at.frame.machine, end, list(items, exact))];
  }
  if (name === "values" || (name === "keys" && cell.type === "set"))
    return [allocate(at.frame.machine, path, list(cell.items, cell.exact))];
  return name === "forEach" ? callListMethod(of, { ...cell, type: "list" }, name, args, site, at) : undefined;
}

function valueAt(cell: Cell, key: Value): Value {
  if (key.kind !== "constant" || !isComplete(cell)) return unionOf([...cell.items, nothing]);
  return cell.props.get(String(key.value)) ?? nothing;
}

/** An entry more. What is set under a key that the source does not tell may replace any. */
function withEntry(cell: Cell, key: Value, value: Value): Cell {
  if (key.kind !== "constant" || !isComplete(cell)) return { ...cell, items: [...cell.items, value], exact: false };
  const props = new Map(cell.props).set(String(key.value), value);
  return { ...cell, props, items: [...props.values()] };
}

function hasEntry(cell: Cell, key: Value): Value {
  if (cell.type === "map" && key.kind === "constant" && isComplete(cell))
    return constant(cell.props.has(String(key.value)));
  const isTold = cell.type === "set" && cell.exact && cell.items.every(({ kind }) => kind === "constant");
  if (!isTold || key.kind !== "constant") return unknown(dependence(key));
  return constant(cell.items.some((item) => item.kind === "constant" && item.value === key.value));
}
