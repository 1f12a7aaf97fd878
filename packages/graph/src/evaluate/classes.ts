import type { ClassDeclaration, ClassExpression, ClassMethod, ClassPrivateMethod } from "@babel/types";
import { allocate, cellOf, write } from "./heap.ts";
import type { Arguments, Frame, Outcome, Site } from "./machine.ts";
import { keyOfMember } from "./member-key.ts";
import { namesIn } from "./names-in.ts";
import type { Path } from "./path.ts";
import {
  type Cell,
  type ClassValue,
  CONSTRUCTOR,
  type FunctionValue,
  type Inherited,
  nothing,
  PROTOTYPE,
  record,
  unionOf,
  unknown,
  type Value,
} from "./value.ts";

type ClassNode = ClassDeclaration | ClassExpression;

/** A class, with its static members and those it inherits. */
export function classValue(node: ClassNode, frame: Frame, path: Path): Outcome {
  const parent = parentOf(node, frame, path);
  const above = parent?.kind === "class" ? path.heap.get(parent.statics) : undefined;
  const statics = allocate(frame.machine, path, above ?? openRecord(parent));
  if (statics.value.kind !== "object") return { value: unknown(), path };
  const value: ClassValue = { kind: "class", node, scope: frame.scope, statics: statics.value.id };
  const target = { isStatic: true, cell: statics.value, self: value, inherited: above?.props ?? new Map() };
  return { value, path: members(node, target, frame, statics.path) };
}

/** An object with nothing of its own; of a parent that is not here it may have anything. */
function openRecord(parent: Value | undefined): Cell {
  return parent === undefined ? record() : { ...record(), rest: unknown() };
}

/** What `new` makes: fields, methods, and what the constructors write to `this`. */
export function instanceOf(
  value: ClassValue,
  args: Arguments,
  site: Site,
  frame: Frame,
  path: Path,
): readonly Outcome[] {
  const ancestors = chainOf(value, frame, path);
  const basic = ancestors[0] ?? value;
  const made = allocate(frame.machine, path, openRecord(parentOf(basic.node, { ...frame, scope: basic.scope }, path)));
  let at = made.path;
  let maker: FunctionValue | undefined;
  for (const { node, scope } of ancestors) {
    const above = cellOf(made.value, at)?.props ?? new Map<string, Value>();
    const inherited = maker ? new Map(above).set(CONSTRUCTOR, maker) : above;
    const target = { isStatic: false, cell: made.value, self: made.value, inherited };
    at = members(node, target, { ...frame, scope }, at);
    const own = node.body.body.find((member) => member.type === "ClassMethod" && member.kind === "constructor");
    if (own?.type === "ClassMethod") maker = { kind: "function", node: own, scope, self: made.value, inherited };
  }
  if (maker === undefined) return [{ value: made.value, path: at }];
  return runConstructor(maker, args, site, frame, at).map(({ path: end }) => ({ value: made.value, path: end }));
}

function parentOf({ superClass }: ClassNode, frame: Frame, path: Path): Value | undefined {
  return superClass ? (frame.machine.evaluate(superClass, frame, path)[0]?.value ?? unknown()) : undefined;
}

/** The class and those it extends, the most basic one first. */
function chainOf(value: ClassValue, frame: Frame, path: Path): readonly ClassValue[] {
  const parent = parentOf(value.node, { ...frame, scope: value.scope }, path);
  return parent?.kind === "class" ? [...chainOf(parent, frame, path), value] : [value];
}

/** Runs a constructor on the object it makes. `constructor(private readonly goto: Goto)` writes a field. */
export function runConstructor(
  maker: FunctionValue,
  args: Arguments,
  site: Site,
  frame: Frame,
  path: Path,
): readonly Outcome[] {
  const { node, self } = maker;
  const given = node.params.reduce((at, parameter, index) => {
    if (self === undefined || parameter.type !== "TSParameterProperty") return at;
    const [name] = namesIn(parameter);
    if (name === undefined) return at;
    const value = args.values[index] ?? (args.exact ? nothing : unknown());
    const { parameter: target } = parameter;
    if (target.type === "Identifier") return setField(self, name, value, at);
    const isMissing = isUndefined(value);
    if (isMissing === false) return setField(self, name, value, at);
    const [fallback] = frame.machine.evaluate(target.right, { ...frame, scope: maker.scope, self }, at);
    const other = fallback?.value ?? unknown();
    return setField(self, name, isMissing ? other : unionOf([value, other]), fallback?.path ?? at);
  }, path);
  return frame.machine.call(maker, args, site, frame, given, "used");
}

/** Whether a default takes its place; undefined when the source does not tell. */
function isUndefined(value: Value): boolean | undefined {
  if (value.kind === "constant") return value.value === undefined;
  return value.kind === "union" || value.kind === "unknown" ? undefined : false;
}

function setField(self: Value, name: string, value: Value, path: Path): Path {
  const cell = cellOf(self, path);
  return cell ? write(path, self, { ...cell, props: new Map(cell.props).set(name, value) }) : path;
}

interface Target {
  readonly isStatic: boolean;
  /** The object that gets the members. */
  readonly cell: Value;
  /** `this` in them. */
  readonly self: Value;
  readonly inherited: Inherited;
}

function members(node: ClassNode, target: Target, frame: Frame, path: Path): Path {
  const { cell, inherited, isStatic, self } = target;
  const within: Frame = { ...frame, self, inherited };
  let at = path;
  for (const member of node.body.body) {
    if (!("static" in member) || Boolean(member.static) !== isStatic) continue;
    if (member.type === "ClassMethod" || member.type === "ClassPrivateMethod") {
      if (member.kind !== "method" && member.kind !== "get") continue;
      const name = methodName(member, within, at);
      const method = { kind: "function", node: member, scope: frame.scope, self, inherited } as const;
      const isPlain = isStatic || member.type === "ClassPrivateMethod";
      const key = isPlain ? name : PROTOTYPE + name;
      at = setField(cell, key, member.kind === "get" ? { ...method, isGetter: true } : method, at);
    }
    if (member.type === "ClassProperty" || member.type === "ClassPrivateProperty") {
      const name = fieldName(member);
      const [first] = member.value ? frame.machine.evaluate(member.value, within, at) : [];
      at = name === undefined ? at : setField(cell, name, first?.value ?? nothing, first?.path ?? at);
    }
  }
  return at;
}

function methodName(member: ClassMethod | ClassPrivateMethod, frame: Frame, path: Path): string {
  if (member.type === "ClassPrivateMethod") return `#${member.key.id.name}`;
  const [key] = keyOfMember(frame, { computed: member.computed, property: member.key }, path);
  return key?.value.kind === "constant" ? String(key.value.value) : "?";
}

function fieldName(
  member: Extract<ClassNode["body"]["body"][number], { type: "ClassProperty" | "ClassPrivateProperty" }>,
): string | undefined {
  if (member.type === "ClassPrivateProperty") return `#${member.key.id.name}`;
  if (member.key.type === "Identifier" && !member.computed) return member.key.name;
  return member.key.type === "StringLiteral" ? member.key.value : undefined;
}
