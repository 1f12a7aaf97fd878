import type { ClassDeclaration, ClassExpression } from "@babel/types";
import { allocate, cellOf, write } from "./heap.ts";
import type { Arguments, Frame, Outcome, Site } from "./machine.ts";
import { keyOfMember } from "./member-key.ts";
import type { Path } from "./path.ts";
import { type ClassValue, constant, nothing, PROTOTYPE, record, unknown, type Value } from "./value.ts";

type ClassNode = ClassDeclaration | ClassExpression;

/** A class, with its static members. */
export function classValue(node: ClassNode, frame: Frame, path: Path): Outcome {
  const statics = allocate(frame.machine, path, record());
  if (statics.value.kind !== "object") return { value: unknown(), path };
  const value: ClassValue = { kind: "class", node, scope: frame.scope, statics: statics.value.id };
  const end = members(node, true, statics.value, value, frame, statics.path);
  return { value, path: end };
}

/** What `new` makes: fields, methods, and what the constructor writes to `this`. */
export function instanceOf(
  value: ClassValue,
  args: Arguments,
  site: Site,
  frame: Frame,
  path: Path,
): readonly Outcome[] {
  const made = allocate(frame.machine, path, record());
  const within: Frame = { ...frame, scope: value.scope };
  const ancestors = chainOf(value, within, made.path);
  const ready = ancestors.reduce(
    (at, one) => members(one.node, false, made.value, made.value, { ...frame, scope: one.scope }, at),
    made.path,
  );
  const maker = constructorOf(ancestors);
  if (maker === undefined) return [{ value: made.value, path: ready }];
  const callee: Value = { kind: "function", node: maker.node, scope: maker.scope, self: made.value };
  const given = parameterFields(maker.node, made.value, args, ready);
  return frame.machine
    .call(callee, args, site, frame, given, "used")
    .map(({ path: end }) => ({ value: made.value, path: end }));
}

/** The class and those it extends, the most basic one first. */
function chainOf(value: ClassValue, frame: Frame, path: Path): readonly ClassValue[] {
  const parent = value.node.superClass
    ? frame.machine.evaluate(value.node.superClass, frame, path)[0]?.value
    : undefined;
  if (parent?.kind !== "class") return [value];
  return [...chainOf(parent, { ...frame, scope: parent.scope }, path), value];
}

function constructorOf(ancestors: readonly ClassValue[]) {
  for (const { node, scope } of ancestors.toReversed()) {
    const found = node.body.body.find((member) => member.type === "ClassMethod" && member.kind === "constructor");
    if (found?.type === "ClassMethod") return { node: found, scope };
  }
  return undefined;
}

/** `constructor(private readonly goto: Goto)` writes a field. */
function parameterFields(
  node: Extract<ClassNode["body"]["body"][number], { type: "ClassMethod" }>,
  self: Value,
  args: Arguments,
  path: Path,
): Path {
  return node.params.reduce((at, parameter, index) => {
    if (parameter.type !== "TSParameterProperty" || parameter.parameter.type !== "Identifier") return at;
    return setField(self, parameter.parameter.name, args.values[index] ?? nothing, at);
  }, path);
}

function setField(self: Value, name: string, value: Value, path: Path): Path {
  const cell = cellOf(self, path);
  return cell ? write(path, self, { ...cell, props: new Map(cell.props).set(name, value) }) : path;
}

function members(node: ClassNode, isStatic: boolean, target: Value, self: Value, frame: Frame, path: Path): Path {
  let at = path;
  for (const member of node.body.body) {
    if (!("static" in member) || Boolean(member.static) !== isStatic) continue;
    if (member.type === "ClassMethod" && member.kind === "method") {
      const key = keyOfMember(frame, { computed: member.computed, property: member.key }, at)[0]?.value ?? constant("");
      const name = key.kind === "constant" ? String(key.value) : "?";
      at = setField(
        target,
        isStatic ? name : PROTOTYPE + name,
        { kind: "function", node: member, scope: frame.scope, self },
        at,
      );
    }
    if (member.type === "ClassPrivateMethod" && member.kind === "method") {
      at = setField(target, `#${member.key.id.name}`, { kind: "function", node: member, scope: frame.scope, self }, at);
    }
    if (member.type === "ClassProperty" || member.type === "ClassPrivateProperty") {
      const name = fieldName(member);
      const [first] = member.value ? frame.machine.evaluate(member.value, { ...frame, self }, at) : [];
      at = name === undefined ? at : setField(target, name, first?.value ?? nothing, first?.path ?? at);
    }
  }
  return at;
}

function fieldName(
  member: Extract<ClassNode["body"]["body"][number], { type: "ClassProperty" | "ClassPrivateProperty" }>,
): string | undefined {
  if (member.type === "ClassPrivateProperty") return `#${member.key.id.name}`;
  if (member.key.type === "Identifier" && !member.computed) return member.key.name;
  return member.key.type === "StringLiteral" ? member.key.value : undefined;
}
