import type { AssignmentExpression, Expression, Node, UpdateExpression } from "@babel/types";
import { allocate, cellOf, itemsOf, reachable, write } from "./heap.ts";
import { keyOfMember } from "./member-key.ts";
import type { Frame, Outcome } from "./machine.ts";
import { isNullish, readMember, readProperty } from "./members.ts";
import { forget, setName } from "./names.ts";
import { arithmetic } from "./operators.ts";
import type { Path } from "./path.ts";
import { owner, slotOf } from "./scope.ts";
import {
  alternatives,
  type Cell,
  constant,
  dependence,
  list,
  type Primitive,
  record,
  type TypeReference,
  unionOf,
  unknown,
  type Value,
} from "./value.ts";

export function assign(node: AssignmentExpression, frame: Frame, path: Path): readonly Outcome[] {
  const { left, operator, right } = node;
  if (isLogical(operator) && isReadable(left)) return assignLogically(left, operator, right, frame, path, node);
  return frame.machine.evaluate(right, frame, path).flatMap(({ path: at, value }) => {
    if (operator === "=") return assignTo(left, value, frame, at, node).map((end) => ({ value, path: end }));
    const before = isReadable(left) ? frame.machine.evaluate(left, frame, at) : [{ value: unknown(), path: at }];
    return before.flatMap(({ path: read, value: old }) => {
      const result = arithmetic(operator.slice(0, -1), [old, value]);
      return assignTo(left, result, frame, read, node).map((end) => ({ value: result, path: end }));
    });
  });
}

function isReadable(node: Node): node is Extract<Expression, { type: "Identifier" | "MemberExpression" }> {
  return node.type === "Identifier" || node.type === "MemberExpression";
}

function isLogical(operator: string): operator is "||=" | "&&=" | "??=" {
  return operator === "||=" || operator === "&&=" || operator === "??=";
}

/** `a ||= b` is `a || (a = b)`. */
function assignLogically(
  left: Extract<Expression, { type: "Identifier" | "MemberExpression" }>,
  operator: "||=" | "&&=" | "??=",
  right: Expression,
  frame: Frame,
  path: Path,
  node: Node,
): readonly Outcome[] {
  const keeps = (one: Primitive): boolean =>
    operator === "??=" ? one !== null && one !== undefined : Boolean(one) === (operator === "||=");
  return frame.machine.evaluate(left, frame, path).flatMap(({ path: at, value }) => {
    const old = alternatives(value);
    const kept = old.filter((one) => keepsFor(one, operator, keeps) !== false);
    const isReplaced = old.some((one) => keepsFor(one, operator, keeps) !== true);
    const written = isReplaced
      ? frame.machine
          .evaluate(right, frame, at)
          .flatMap((one) => assignTo(left, one.value, frame, one.path, node).map((end) => ({ ...one, path: end })))
      : [];
    const whole = unionOf(kept);
    return kept.length === 0
      ? written
      : [...assignTo(left, whole, frame, at, node).map((end) => ({ value: whole, path: end })), ...written];
  });
}

/** Whether a value stays; undefined when the source does not tell. */
function keepsFor(value: Value, operator: string, keeps: (one: Primitive) => boolean): boolean | undefined {
  if (value.kind === "unknown") return undefined;
  return value.kind === "constant" ? keeps(value.value) : operator !== "&&=";
}

/** `i++`: a number that was known is not, once it counts. */
export function updated(node: UpdateExpression, frame: Frame, path: Path): readonly Outcome[] {
  return frame.machine.evaluate(node.argument, frame, path).flatMap(({ path: at, value }) => {
    const result = arithmetic(node.operator === "++" ? "+" : "-", [value, constant(1)]);
    return assignTo(node.argument, result, frame, at, node).map((end) => ({
      value: node.prefix ? result : value,
      path: end,
    }));
  });
}

/** Writes a value to a variable, a member, or the parts of a pattern. */
export function assignTo(target: Node, value: Value, frame: Frame, path: Path, node: Node): readonly Path[] {
  switch (target.type) {
    case "Identifier":
      return [assignName(target.name, typed(value, target.typeAnnotation, frame), frame, path, node)];
    case "TSAsExpression":
    case "TSNonNullExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion":
    case "ParenthesizedExpression":
      return assignTo(target.expression, value, frame, path, node);
    case "MemberExpression":
    case "OptionalMemberExpression":
      return assignMember(target, value, frame, path, node);
    case "AssignmentPattern": {
      const empty = value.kind === "constant" ? value.value === undefined : undefined;
      const kept =
        value.kind === "union"
          ? unionOf(value.of.filter((one) => one.kind !== "constant" || one.value !== undefined))
          : value;
      const given = empty === true ? [] : assignTo(target.left, kept, frame, path, node);
      const mayBeMissing =
        empty ?? alternatives(value).some((one) => one.kind === "unknown" || isNullish(one) === true);
      if (!mayBeMissing) return given;
      const defaults = frame.machine.evaluate(target.right, frame, path);
      const other = defaults.flatMap((one) => assignTo(target.left, one.value, frame, one.path, node));
      return [...given, ...other];
    }
    case "ObjectPattern":
      return assignProperties(target, value, frame, path, node);
    case "ArrayPattern":
      return assignItems(target.elements, value, frame, path, node);
    default:
      return [path];
  }
}

function typed(value: Value, annotation: Node | null | undefined, frame: Frame): Value {
  if (value.kind !== "unknown" || annotation?.type !== "TSTypeAnnotation") return value;
  const type: TypeReference = { node: annotation.typeAnnotation, scope: frame.scope };
  return { ...value, type };
}

function assignName(name: string, value: Value, frame: Frame, path: Path, node: Node): Path {
  const slot = slotOf(frame.scope, name);
  if (slot === undefined) lose(frame, [value], path, node);
  // Names of a module that its functions assign are never known.
  else if (owner(frame.scope, name)?.parent) frame.listener?.changed({ slot, value });
  return setName(name, value, frame.scope, path);
}

/** A callback that is kept where it cannot be followed. */
export function lose(frame: Frame, values: readonly Value[], path: Path, node: Node): boolean {
  const isLost = reachable(values, path).some(({ kind }) => kind === "asker");
  if (isLost) frame.listener?.lost(frame.outermost ?? { node, module: frame.scope.module }, path);
  return isLost;
}

type Pattern = Extract<Node, { type: "ObjectPattern" }>;

function assignProperties(target: Pattern, value: Value, frame: Frame, path: Path, node: Node): readonly Path[] {
  const taken: string[] = [];
  let paths: readonly Path[] = [path];
  for (const property of target.properties) {
    paths = paths.flatMap((at) => {
      if (property.type === "RestElement") {
        const rest = allocate(frame.machine, at, restOf(value, taken, at));
        return assignTo(property.argument, rest.value, frame, rest.path, node);
      }
      return keyOfMember(frame, { computed: property.computed, property: property.key }, at).flatMap(
        ({ path: keyed, value: key }) => {
          if (key.kind === "constant") taken.push(String(key.value));
          return readProperty(value, key, { node, frame, path: keyed }).flatMap((one) =>
            assignTo(property.value, one.value, frame, one.path, node),
          );
        },
      );
    });
  }
  return paths;
}

function restOf(value: Value, taken: readonly string[], path: Path): Cell {
  const cell = cellOf(value, path);
  if (cell === undefined) return { ...record(), rest: unknown(dependence(value)) };
  return { ...cell, props: new Map([...cell.props].filter(([name]) => !taken.includes(name))) };
}

function assignItems(
  elements: readonly (Node | null)[],
  value: Value,
  frame: Frame,
  path: Path,
  node: Node,
): readonly Path[] {
  const { exact, items } = itemsOf(value, path);
  let paths: readonly Path[] = [path];
  for (const [index, element] of elements.entries()) {
    if (element === null) continue;
    paths = paths.flatMap((at) => {
      if (element.type === "RestElement") {
        const rest = allocate(frame.machine, at, exact ? list(items.slice(index)) : list(items, false));
        return assignTo(element.argument, rest.value, frame, rest.path, node);
      }
      const item = value.kind === "unknown" ? unknown(value.depends) : readMember(value, constant(index), at);
      return assignTo(element, item, frame, at, node);
    });
  }
  return paths;
}

type Member = Extract<Node, { type: "MemberExpression" | "OptionalMemberExpression" }>;

function assignMember(target: Member, value: Value, frame: Frame, path: Path, node: Node): readonly Path[] {
  if (target.object.type === "Super") return [path];
  return frame.machine.evaluate(target.object, frame, path).flatMap(({ path: at, value: object }) =>
    keyOfMember(frame, target, at).map(({ path: end, value: key }) => {
      const objects = alternatives(object);
      if (objects.some(({ kind }) => kind !== "object")) lose(frame, [value], end, node);
      const written = objects.reduce(
        (before, one) => writeMember(one, key, value, objects.length > 1, frame, before, node),
        end,
      );
      const root = rootOf(target);
      const slot = root === undefined ? undefined : slotOf(frame.scope, root);
      return slot === undefined ? written : forget(slot, written);
    }),
  );
}

function writeMember(
  object: Value,
  key: Value,
  value: Value,
  isOneOfMany: boolean,
  frame: Frame,
  path: Path,
  node: Node,
): Path {
  const cell = cellOf(object, path) ?? (object.kind === "class" ? path.heap.get(object.statics) : undefined);
  if (cell === undefined) return path;
  const id = object.kind === "class" ? object.statics : object.kind === "object" ? object.id : undefined;
  const property = key.kind === "constant" && cell.type === "record" ? String(key.value) : undefined;
  if (id !== undefined) frame.listener?.changed({ cell: id, name: property, value });
  const target: Value = object.kind === "class" ? { kind: "object", id: object.statics } : object;
  if (key.kind !== "constant") {
    const rest = unionOf([...(cell.rest ? [cell.rest] : []), value]);
    const props = new Map([...cell.props].map(([name, old]) => [name, unionOf([old, value])]));
    return write(path, target, {
      ...cell,
      props,
      rest,
      exact: false,
      items: cell.items.length > 0 ? [...cell.items, value] : [],
    });
  }
  const name = String(key.value);
  if (cell.type === "list" && /^\d+$/.test(name)) {
    const index = Number(name);
    if (!cell.exact || index > cell.items.length)
      return write(path, target, { ...cell, exact: false, items: [...cell.items, value] });
    return write(path, target, { ...cell, items: cell.items.toSpliced(index, 1, value) });
  }
  const old = cell.props.get(name);
  const next = isOneOfMany && old ? unionOf([old, value]) : value;
  const places = new Map(cell.places).set(name, { node, scope: frame.scope });
  return write(path, target, { ...cell, props: new Map(cell.props).set(name, next), places });
}

/** The variable at the beginning of a chain of members. */
export function rootOf(node: Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression" || node.type === "OptionalMemberExpression") return rootOf(node.object);
  return node.type === "TSNonNullExpression" || node.type === "TSAsExpression" ? rootOf(node.expression) : undefined;
}
