import type { Expression } from "@babel/types";
import { taint } from "./heap.ts";
import type { Frame } from "./machine.ts";
import type { Path } from "./path.ts";
import { owner, type Scope, slotOf } from "./scope.ts";
import { subjectOf } from "./subject.ts";
import { alternatives, constant, DEPENDS, nothing, unionOf, unknown, type Value } from "./value.ts";

const constants: ReadonlyMap<string, Value> = new Map([
  ["undefined", nothing],
  ["NaN", constant(Number.NaN)],
  ["Infinity", constant(Number.POSITIVE_INFINITY)],
]);

/** What a name holds on this path. */
export function lookUp(name: string, scope: Scope, path: Path): Value {
  const home = owner(scope, name);
  const slot = home?.names.get(name);
  if (home === undefined || slot === undefined) return constants.get(name) ?? unknown(DEPENDS.outside, { path: name });
  const value = path.names.get(slot) ?? unknown(DEPENDS.outside);
  const isOfModule = home.parent === undefined || home.isNamespace === true;
  // Functions of the module may run in between, and change what it holds.
  return isOfModule && home.module.reassigned.has(name) ? unionOf([value, unknown()]) : value;
}

/** A name of this scope gets a value. What conditions told about the old one is forgotten. */
export function setName(name: string, value: Value, scope: Scope, path: Path): Path {
  const slot = slotOf(scope, name);
  return slot === undefined ? path : setSlot(slot, value, path);
}

export function setSlot(slot: number, value: Value, path: Path): Path {
  return { ...forget(slot, path), names: path.names.with(slot, value) };
}

/** Forgets what is known of expressions with a variable. */
export function forget(slot: number, path: Path): Path {
  const facts = path.facts.filter(({ subject }) => !subject.includes(`#${slot}#`));
  return facts.length === path.facts.length ? path : { ...path, facts };
}

/** A value that is not known, but that a condition on the way compared with a constant. */
export function narrowed(node: Expression, value: Value, frame: Frame, path: Path): Value {
  if (!alternatives(value).some(({ kind }) => kind === "unknown")) return value;
  const key = subjectOf(node, frame.scope)?.key;
  const told = path.facts.find(
    ({ age, holds, subject, test }) => holds && test.op === "equals" && subject === key && isSure(node, age, path),
  );
  return told?.test.op === "equals" ? constant(told.test.to) : value;
}

/** A call may change what an object holds; a variable holds what it held. */
function isSure({ type }: Expression, age: number, path: Path): boolean {
  return type === "Identifier" || age === path.age;
}

/** Objects of a module that its functions change. */
export function taintMutated(scope: Scope, path: Path): Path {
  const values = [...scope.module.mutated].map((name) => lookUp(name, scope, path));
  return taint(path, values);
}
