import type { Node } from "@babel/types";
import { functionName } from "../syntax/function-name.ts";
import { memberType } from "../types/literals-of.ts";
import { cellOf } from "./heap.ts";
import type { Frame, Outcome } from "./machine.ts";
import type { Path } from "./path.ts";
import type { FunctionNode } from "./scope.ts";
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

const functionMethods: ReadonlySet<string> = new Set(["bind", "call", "apply", ...promiseMethods]);

/** Methods of every object. */
const objectMethods: ReadonlySet<string> = new Set([
  ...promiseMethods,
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "toLocaleString",
  "toString",
  "valueOf",
]);

/** What `object[key]` is, a getter itself included. */
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
      if (typeof object.value === "string" && name !== undefined && /^\d+$/.test(name))
        return constant(object.value[Number(name)]);
      return name === undefined ? unknown() : { kind: "method", of: object, name };
    case "function":
      return name === "name" ? nameOfFunction(object.node) : readFunction(object, name);
    case "asker":
    case "method":
      return readFunction(object, name);
  }
}

/** Reads a member as code does: a getter is called. */
export function readProperty(
  object: Value,
  key: Value,
  { frame, node, path }: { readonly node: Node; readonly frame: Frame; readonly path: Path },
): readonly Outcome[] {
  const values = alternatives(readMember(object, key, path));
  const getters = values.filter((one) => one.kind === "function").filter(({ isGetter }) => isGetter);
  if (getters.length === 0) return [{ value: unionOf(values), path }];
  const others = values.filter((one) => one.kind !== "function" || !one.isGetter);
  const site = { node, module: frame.scope.module };
  const none = { values: [], exact: true, nodes: [] };
  return [
    ...(others.length > 0 ? [{ value: unionOf(others), path }] : []),
    ...getters.flatMap((getter) => {
      const bound = { ...getter, isGetter: false, self: getter.self ?? object };
      return frame.machine.call(bound, none, site, frame, path, "used");
    }),
  ];
}

/** `super[key]`, which has `this` of its own. */
export function inheritedMember(key: Value, { inherited }: Frame): Value {
  const name = key.kind === "constant" ? String(key.value) : "";
  return inherited?.get(PROTOTYPE + name) ?? inherited?.get(name) ?? unknown();
}

/** What else is written on a function the source does not tell. */
function readFunction(object: Value, name: string | undefined): Value {
  return name !== undefined && functionMethods.has(name) ? { kind: "method", of: object, name } : unknown();
}

function nameOfFunction(node: FunctionNode): Value {
  const name = functionName(node);
  return name === undefined ? unknown() : constant(name);
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
  // Before the first item, and between two, there is nothing.
  if (cell.type === "list" && /^-?\d+(?:\.\d+)?$/.test(name)) return nothing;
  if (name === "length" || name === "size") {
    if (cell.type !== "record") return cell.exact ? constant(cell.items.length) : unknown(dependenceOf(cell));
  }
  const method = cell.props.get(PROTOTYPE + name);
  if (method) return method;
  if (cell.rest) return cell.rest.kind === "unknown" ? readUnknown(cell.rest, name) : unionOf([cell.rest, nothing]);
  return cell.type !== "record" || objectMethods.has(name) ? { kind: "method", of: object, name } : nothing;
}

function anyMember(cell: Cell): Value {
  const rest = cell.rest ? [cell.rest] : [];
  return unionOf([...cell.props.values(), ...cell.items, ...rest, nothing]);
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
