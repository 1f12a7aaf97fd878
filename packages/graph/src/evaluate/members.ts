import { memberType } from "../types/literals-of.ts";
import { cellOf } from "./heap.ts";
import type { Path } from "./path.ts";
import {
  alternatives,
  type Cell,
  constant,
  dependence,
  nothing,
  PROMISE,
  PROTOTYPE,
  unionOf,
  unknown,
  type UnknownValue,
  type Value,
} from "./value.ts";

/** Methods that promises have, and everything that may be one. */
export const promiseMethods: ReadonlySet<string> = new Set(["then", "catch", "finally"]);

/** Methods of lists that call back at once, item by item; nothing else has methods of these names. */
const listMethods: ReadonlySet<string> = new Set(["forEach", "map", "flatMap", "filter", "some", "every", "find"]);

/** What `object[key]` is. */
export function readMember(object: Value, key: Value, path: Path): Value {
  if (object.kind === "union") return unionOf(object.of.map((one) => readMember(one, key, path)));
  if (key.kind === "union") return unionOf(key.of.map((one) => readMember(object, one, path)));
  const name = key.kind === "constant" ? String(key.value) : undefined;
  if (name === "createWorkflow" || name === "registerWorkflow") {
    const own = cellOf(object, path)?.props.get(name);
    return own ?? unknown(0, { path: name });
  }
  switch (object.kind) {
    case "object":
      return readCell(object, cellOf(object, path), name);
    case "unknown":
      return readUnknown(object, name);
    case "class":
      return readCell({ kind: "object", id: object.statics }, path.heap.get(object.statics), name);
    case "constant":
      if (typeof object.value === "string" && name === "length") return constant(object.value.length);
      return name === undefined ? unknown() : { kind: "method", of: object, name };
    case "function":
    case "asker":
    case "method":
      return name === undefined ? unknown() : { kind: "method", of: object, name };
  }
}

function readUnknown(object: UnknownValue, name: string | undefined): Value {
  if (name !== undefined && (promiseMethods.has(name) || (object.path === undefined && listMethods.has(name)))) {
    return { kind: "method", of: object, name };
  }
  const path = object.path === undefined || name === undefined ? undefined : `${object.path}.${name}`;
  const type = name === undefined ? undefined : memberType(object.type, name);
  return unknown(object.depends, { path, type });
}

function readCell(object: Value, cell: Cell | undefined, name: string | undefined): Value {
  if (cell === undefined) return unknown();
  if (name === undefined) return anyMember(cell);
  const own = cell.props.get(name);
  if (own) return own;
  if (cell.type === "list" && /^\d+$/.test(name)) {
    return cell.exact ? (cell.items[Number(name)] ?? nothing) : unionOf([...cell.items, nothing]);
  }
  if (name === "length" || name === "size") {
    if (cell.type !== "record") return cell.exact ? constant(cell.items.length) : unknown(dependenceOf(cell));
  }
  if (cell.rest) return cell.rest.kind === "unknown" ? readUnknown(cell.rest, name) : unionOf([cell.rest, nothing]);
  if (cell.type !== "record" || promiseMethods.has(name) || name === "hasOwnProperty")
    return { kind: "method", of: object, name };
  return cell.props.get(`${PROTOTYPE}${name}`) ?? nothing;
}

function anyMember(cell: Cell): Value {
  const rest = cell.rest ? [cell.rest] : [];
  const values = [...cell.props.values(), ...cell.items, ...rest];
  const value = unionOf([...values, nothing]);
  return value;
}

function dependenceOf({ items }: Cell): number {
  return items.reduce((mask, item) => mask | dependence(item), 0);
}

/** True for what `?.` passes over. */
export function isNullish(value: Value): boolean | undefined {
  const answers = new Set(
    alternatives(value).map((one) => {
      if (one.kind === "unknown") return one.path === PROMISE ? false : undefined;
      return one.kind === "constant" && (one.value === null || one.value === undefined);
    }),
  );
  if (answers.size !== 1) return undefined;
  return [...answers][0];
}
