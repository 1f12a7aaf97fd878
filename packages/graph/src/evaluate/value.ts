import type { ClassDeclaration, ClassExpression, Node, TSType } from "@babel/types";
import type { FunctionNode, Scope } from "./scope.ts";

export type Primitive = string | number | bigint | boolean | null | undefined;

/** What an expression may be at run time, as far as the source tells. */
export type Value =
  | { readonly kind: "constant"; readonly value: Primitive }
  | { readonly kind: "object"; readonly id: number }
  | FunctionValue
  | ClassValue
  | AskerValue
  | { readonly kind: "method"; readonly of: Value; readonly name: string }
  | UnknownValue
  | { readonly kind: "union"; readonly of: readonly Value[] };

export interface FunctionValue {
  readonly kind: "function";
  readonly node: FunctionNode;
  readonly scope: Scope;
  readonly self?: Value | undefined;
  /** Arguments that `bind` gave. */
  readonly bound?: readonly Value[];
  /** Members of the classes above, for `super`. */
  readonly inherited?: Inherited | undefined;
  /** It is a getter: reading calls it. */
  readonly isGetter?: boolean;
}

/** By the names they have in the cell of an instance; the constructor as `CONSTRUCTOR`. */
export type Inherited = ReadonlyMap<string, Value>;

export interface ClassValue {
  readonly kind: "class";
  readonly node: ClassDeclaration | ClassExpression;
  readonly scope: Scope;
  /** The object with its static members. */
  readonly statics: number;
}

/** The callbacks of a step. */
export interface AskerValue {
  readonly kind: "asker";
  readonly asks: "goto" | "wait";
  readonly bound?: readonly Value[];
}

/** What a value that is not known depends on: bits, so that they can be joined. */
export const DEPENDS = { nothing: 0, state: 1, outside: 2, chance: 4 } as const;

export interface UnknownValue {
  readonly kind: "unknown";
  /** Of something from outside of the source: `Promise.all`, `stephooks.app`. */
  readonly path?: string | undefined;
  readonly depends: number;
  /** What the source says about it. */
  readonly type?: TypeReference | undefined;
  /** What it is for certain, as far as storing it is concerned. */
  readonly symbol?: "symbol" | "date" | "bigint" | "opaque";
}

export interface TypeReference {
  readonly node: TSType;
  readonly scope: Scope;
}

/** What an object holds at one point of a path. */
export interface Cell {
  readonly type: "record" | "list" | "map" | "set";
  readonly props: ReadonlyMap<string, Value>;
  /** Items of a list, values of a map or set. */
  readonly items: readonly Value[];
  /** False when there may be other items, in another order. */
  readonly exact: boolean;
  /** What keys that are not in `props` may hold, when the source does not tell which there are. */
  readonly rest?: Value;
  /** Where each property was written. */
  readonly places: ReadonlyMap<string, { readonly node: Node; readonly scope: Scope }>;
}

/** The path of a promise of which nothing but that is known. */
export const PROMISE = "a promise";

/** Before the names of methods in the cell of an instance: they are no own keys. */
export const PROTOTYPE = "prototype ";

/** The constructor among what a class inherits. */
export const CONSTRUCTOR = "constructor ";

export function constant(value: Primitive): Value {
  return { kind: "constant", value };
}

export const nothing: Value = constant(undefined);

export function unknown(depends: number = DEPENDS.outside, more: Partial<UnknownValue> = {}): UnknownValue {
  return { kind: "unknown", depends, ...more };
}

/** Whether it may be anything, and nothing is known of where it comes from. */
export function isAnything(value: Value): boolean {
  return valueKey(value) === valueKey(unknown());
}

export function record(props: Iterable<readonly [string, Value]> = []): Cell {
  return { type: "record", props: new Map(props), items: [], exact: true, places: new Map() };
}

export function list(items: readonly Value[], exact = true): Cell {
  return { type: "list", props: new Map(), items, exact, places: new Map() };
}

const serials = new WeakMap<object, number>();
let lastSerial = 0;

function serialOf(object: object): number {
  const known = serials.get(object);
  if (known !== undefined) return known;
  lastSerial += 1;
  serials.set(object, lastSerial);
  return lastSerial;
}

/** Equal for values that are the same. */
export function valueKey(value: Value): string {
  switch (value.kind) {
    case "constant":
      return `${typeof value.value}:${String(value.value)}`;
    case "object":
      return `object:${value.id}`;
    case "function":
      return `function:${serialOf(value.node)}.${value.scope.id}.${value.self ? valueKey(value.self) : ""}.${(value.bound ?? []).map(valueKey).join()}`;
    case "class":
      return `class:${serialOf(value.node)}.${value.scope.id}`;
    case "asker":
      return `asker:${value.asks}.${(value.bound ?? []).map(valueKey).join()}`;
    case "method":
      return `method:${valueKey(value.of)}.${value.name}`;
    case "unknown":
      return `unknown:${value.path ?? ""}.${value.depends}.${value.symbol ?? ""}.${value.type ? serialOf(value.type.node) : ""}`;
    case "union":
      return value.of.map(valueKey).join("|");
  }
}

/** Larger tables are not told entry by entry. */
const MOST_ALTERNATIVES = 512;

/** One value that is any of these. */
export function unionOf(values: readonly Value[]): Value {
  const flat = new Map(values.flatMap(alternatives).map((value) => [valueKey(value), value]));
  const [first, ...others] = flat.values();
  if (first === undefined) return nothing;
  if (others.length === 0) return first;
  if (flat.size > MOST_ALTERNATIVES) return unknown();
  return { kind: "union", of: [...flat.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value) };
}

export function alternatives(value: Value): readonly Value[] {
  return value.kind === "union" ? value.of : [value];
}

/** Each value once, for a list of which neither number nor order is told. */
export function unordered(values: readonly Value[]): readonly Value[] {
  const flat = new Map(values.flatMap(alternatives).map((value) => [valueKey(value), value]));
  return [...flat].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

/** What of the instance, of the world or of chance a value depends on. */
export function dependence(value: Value): number {
  if (value.kind === "unknown") return value.depends;
  if (value.kind === "union") return value.of.reduce<number>((mask, one) => mask | dependence(one), DEPENDS.nothing);
  return value.kind === "method" ? dependence(value.of) : DEPENDS.nothing;
}
