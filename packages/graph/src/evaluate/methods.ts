import { allocate, cellOf, distinct, itemsOf, write } from "./heap.ts";
import type { Arguments, Frame, Outcome, Site, Use } from "./machine.ts";
import type { Path } from "./path.ts";
import { callListMethod } from "./list-methods.ts";
import { callText } from "./text-methods.ts";
import { type Cell, dependence, list, nothing, unionOf, unknown, type Value } from "./value.ts";

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
  if (of.kind === "constant") return callText(of.value, name, args, at);
  const cell = of.kind === "unknown" ? list([unknown(of.depends)], false) : cellOf(of, at.path);
  if (cell === undefined) return undefined;
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
  if (name === "get" && key) {
    const found = key.kind === "constant" && cell.exact ? cell.props.get(String(key.value)) : undefined;
    const isComplete = key.kind === "constant" && cell.exact && cell.props.size === cell.items.length;
    return [{ value: found ?? (isComplete ? nothing : unionOf([...cell.items, nothing])), path }];
  }
  if (name === "set" && value) {
    const next: Cell = { ...cell, items: [...cell.items, value], exact: false };
    return [{ value: of, path: write(path, of, next) }];
  }
  if (name === "add" && key)
    return [{ value: of, path: write(path, of, { ...cell, items: distinct([...cell.items, key]) }) }];
  if (name === "has" || name === "delete") return [{ value: unknown(dependence(key ?? nothing)), path }];
  if (name === "values" || (name === "keys" && cell.type === "set"))
    return [allocate(at.frame.machine, path, list(cell.items, cell.exact))];
  return name === "forEach" ? callListMethod(of, { ...cell, type: "list" }, name, args, site, at) : undefined;
}
