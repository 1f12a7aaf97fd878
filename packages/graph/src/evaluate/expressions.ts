import type { ArrowFunctionExpression, Expression, FunctionExpression, TemplateLiteral } from "@babel/types";
import { assign, assignTo, updated } from "./assign.ts";
import { evaluateCall, evaluateNew } from "./calls.ts";
import { classValue } from "./classes.ts";
import { decideTruth } from "./conditions.ts";
import { yielded } from "./generators.ts";
import { allocate } from "./heap.ts";
import { arrayOf, objectOf } from "./literals.ts";
import type { Frame, Outcome, Use } from "./machine.ts";
import { namespaceCell } from "./source-module.ts";
import { isExpression, keyOfMember } from "./member-key.ts";
import { inheritedMember, isNullish, readProperty } from "./members.ts";
import { lookUp, narrowed } from "./names.ts";
import { arithmetic } from "./operators.ts";
import type { Path } from "./path.ts";
import { alternatives, constant, nothing, PROMISE, unionOf, unknown, type Value } from "./value.ts";

/** What an expression may be, one outcome for each path it splits into. */
export function evaluate(node: Expression, frame: Frame, path: Path, use: Use = "used"): readonly Outcome[] {
  frame.machine.burn();
  switch (node.type) {
    case "StringLiteral":
    case "NumericLiteral":
    case "BooleanLiteral":
      return [{ value: constant(node.value), path }];
    case "BigIntLiteral":
      return [{ value: constant(node.value), path }];
    case "NullLiteral":
      return [{ value: constant(null), path }];
    case "Identifier":
      return [{ value: narrowed(node, lookUp(node.name, frame.scope, path), frame, path), path }];
    case "ThisExpression":
      return [{ value: frame.self ?? unknown(), path }];
    case "TemplateLiteral":
      return template(node, frame, path);
    case "ArrayExpression":
      return arrayOf(node, frame, path);
    case "ObjectExpression":
      return objectOf(node, frame, path);
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return [{ value: functionOf(node, frame), path }];
    case "ClassExpression":
      return [classValue(node, frame, path)];
    case "CallExpression":
    case "OptionalCallExpression":
      return evaluateCall(node, frame, path, use);
    case "NewExpression":
      return evaluateNew(node, frame, path, use);
    case "MemberExpression":
    case "OptionalMemberExpression":
      return memberOf(node, frame, path);
    case "AssignmentExpression":
      return assign(node, frame, path);
    case "UpdateExpression":
      return updated(node, frame, path);
    case "AwaitExpression":
      return evaluate(node.argument, frame, path, "used").map((outcome) => awaited(outcome, frame));
    default:
      return composed(node, frame, path, use);
  }
}

/** `this` and `super` of an arrow function are those around it. */
function functionOf(node: ArrowFunctionExpression | FunctionExpression, frame: Frame): Value {
  const plain = { kind: "function", node, scope: frame.scope } as const;
  return node.type === "ArrowFunctionExpression" ? { ...plain, self: frame.self, inherited: frame.inherited } : plain;
}

/** The rest of such code runs when its caller has gone on, if nobody awaits it. */
function awaited({ path, value }: Outcome, frame: Frame): Outcome {
  const isLate = frame.detached && !frame.insidePromise;
  const settled = value.kind === "unknown" && value.path === PROMISE ? nothing : value;
  return { value: settled, path: isLate ? { ...path, late: true } : path };
}

/** Expressions that are made of others, and decide which of them counts. */
function composed(node: Expression, frame: Frame, path: Path, use: Use): readonly Outcome[] {
  switch (node.type) {
    case "ParenthesizedExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSInstantiationExpression":
    case "TypeCastExpression":
      return evaluate(node.expression, frame, path, use);
    case "TSAsExpression":
    case "TSTypeAssertion":
      return evaluate(node.expression, frame, path, use).map(({ path: at, value }) => {
        const isTyped = value.kind === "unknown" && node.typeAnnotation.type !== "TSAnyKeyword";
        return {
          value: isTyped ? { ...value, type: { node: node.typeAnnotation, scope: frame.scope } } : value,
          path: at,
        };
      });
    case "SequenceExpression":
      return sequence(node.expressions, frame, path, use);
    case "ConditionalExpression": {
      const { no, yes } = frame.machine.decide(node.test, frame, path);
      return [
        ...yes.flatMap((at) => evaluate(node.consequent, frame, at, use)),
        ...no.flatMap((at) => evaluate(node.alternate, frame, at, use)),
      ];
    }
    case "LogicalExpression":
      return logical(node.left, node.right, node.operator, frame, path, use);
    case "UnaryExpression":
      return evaluate(node.argument, frame, path, node.operator === "void" ? "discarded" : "used").map((outcome) => ({
        value: arithmetic(node.operator, [outcome.value]),
        path: node.operator === "delete" ? removed(node.argument, outcome.path, frame) : outcome.path,
      }));
    case "BinaryExpression": {
      const { left, right } = node;
      if (left.type === "PrivateName") return evaluate(right, frame, path).map((one) => ({ ...one, value: unknown() }));
      return evaluate(left, frame, path).flatMap(({ path: at, value }) =>
        evaluate(right, frame, at).map((second) => ({
          value: arithmetic(node.operator, [value, second.value]),
          path: second.path,
        })),
      );
    }
    default:
      return rare(node, frame, path);
  }
}

/** Expressions whose value nobody can tell. */
function rare(node: Expression, frame: Frame, path: Path): readonly Outcome[] {
  switch (node.type) {
    case "TaggedTemplateExpression":
      return sequence(node.quasi.expressions.filter(isExpression), frame, path, "used").map((one) => ({
        ...one,
        value: unknown(),
      }));
    case "ImportExpression": {
      const file = node.source.type === "StringLiteral" ? frame.scope.module.files.get(node.source.value) : undefined;
      return [namespaceOf(file, frame, path)];
    }
    case "YieldExpression":
      return node.argument
        ? evaluate(node.argument, frame, path).map((one) => ({
            value: unknown(),
            path: yielded(one.value, node.delegate, frame, one.path),
          }))
        : [{ value: unknown(), path: yielded(nothing, false, frame, path) }];
    case "RegExpLiteral":
      return [{ value: unknown(0, { symbol: "opaque" }), path }];
    default:
      return [{ value: unknown(), path }];
  }
}

function sequence(nodes: readonly Expression[], frame: Frame, path: Path, use: Use): readonly Outcome[] {
  return nodes.reduce<readonly Outcome[]>(
    (outcomes, node) =>
      outcomes.flatMap(({ path: at }) => evaluate(node, frame, at, node === nodes.at(-1) ? use : "discarded")),
    [{ value: nothing, path }],
  );
}

function logical(
  left: Expression,
  right: Expression,
  operator: string,
  frame: Frame,
  path: Path,
  use: Use,
): readonly Outcome[] {
  if (operator === "??") {
    return evaluate(left, frame, path).flatMap(({ path: at, value }) => {
      const empty = isNullish(value);
      const kept = { value: without(value, (one) => one === null || one === undefined), path: at };
      if (empty === false) return [kept];
      const other = evaluate(right, frame, at, use);
      return empty === true ? other : [kept, ...other];
    });
  }
  const { no, yes } = sides(left, frame, path);
  const [goesOn, stops] = operator === "&&" ? [yes, no] : [no, yes];
  return [...stops, ...goesOn.flatMap(({ path: at }) => evaluate(right, frame, at, use))];
}

/** What an expression may be, apart by whether it is truthy. */
function sides(node: Expression, frame: Frame, path: Path): { readonly yes: Outcome[]; readonly no: Outcome[] } {
  if (node.type === "LogicalExpression" && node.operator !== "??") {
    const first = sides(node.left, frame, path);
    const isAnd = node.operator === "&&";
    const second = (isAnd ? first.yes : first.no).map((one) => sides(node.right, frame, one.path));
    const yes = second.flatMap((one) => one.yes);
    const no = second.flatMap((one) => one.no);
    return isAnd ? { yes, no: [...first.no, ...no] } : { yes: [...first.yes, ...yes], no };
  }
  if (node.type === "BinaryExpression" || (node.type === "UnaryExpression" && node.operator === "!")) {
    const { no, yes } = frame.machine.decide(node, frame, path);
    const asOutcome = (value: boolean) => (at: Path) => ({ value: constant(value), path: at });
    return { yes: yes.map(asOutcome(true)), no: no.map(asOutcome(false)) };
  }
  const decided = evaluate(node, frame, path).map((outcome) => ({ outcome, ...decideTruth(outcome, node, frame) }));
  return {
    yes: decided.flatMap(({ outcome, yes }) =>
      yes.map((at) => ({ value: without(outcome.value, (one) => !one), path: at })),
    ),
    no: decided.flatMap(({ outcome, no }) => no.map((at) => ({ value: without(outcome.value, Boolean), path: at }))),
  };
}

/** A union less the constants for which the operator takes its other side. */
function without(value: Value, isOut: (one: unknown) => boolean): Value {
  if (value.kind !== "union") return value;
  const left = value.of.filter((one) => one.kind !== "constant" || !isOut(one.value));
  return left.length > 0 ? unionOf(left) : value;
}

function memberOf(
  node: Extract<Expression, { type: "MemberExpression" | "OptionalMemberExpression" }>,
  frame: Frame,
  path: Path,
): readonly Outcome[] {
  const { object: of } = node;
  if (of.type === "Super")
    return keyOfMember(frame, node, path).map((one) => ({ ...one, value: inheritedMember(one.value, frame) }));
  return evaluate(of, frame, path).flatMap(({ path: at, value: object }) => {
    // `?.` and what follows it answer undefined for what is not there.
    const empty = node.type === "OptionalMemberExpression" ? isNullish(object) : false;
    const mayBeEmpty = empty ?? alternatives(object).some((one) => isNullish(one) === true);
    const skipped: readonly Outcome[] = mayBeEmpty ? [{ value: nothing, path: at }] : [];
    if (empty === true) return skipped;
    const there = without(object, (one) => mayBeEmpty && (one === null || one === undefined));
    const read = keyOfMember(frame, node, at)
      .flatMap(({ path: keyed, value: key }) => readProperty(there, key, { node, frame, path: keyed }))
      .map((one) => ({ ...one, value: narrowed(node, one.value, frame, one.path) }));
    return [...skipped, ...read];
  });
}

function template(node: TemplateLiteral, frame: Frame, path: Path): readonly Outcome[] {
  const parts = node.quasis.map(({ value }) => value.cooked ?? value.raw);
  let outcomes: readonly Outcome[] = [{ value: constant(parts[0] ?? ""), path }];
  for (const [index, expression] of node.expressions.entries()) {
    if (!isExpression(expression)) return [{ value: unknown(), path }];
    outcomes = outcomes.flatMap(({ path: at, value: before }) =>
      evaluate(expression, frame, at).map(({ path: end, value }) => ({
        value: arithmetic("+", [arithmetic("+", [before, asText(value)]), constant(parts[index + 1] ?? "")]),
        path: end,
      })),
    );
  }
  return outcomes;
}

function asText(value: Value): Value {
  return arithmetic("+", [constant(""), value]);
}

function namespaceOf(file: string | undefined, frame: Frame, path: Path): Outcome {
  const module = file === undefined ? undefined : frame.machine.module(file);
  return module ? allocate(frame.machine, path, namespaceCell(module)) : { value: unknown(), path };
}

function removed(argument: Expression, path: Path, frame: Frame): Path {
  if (argument.type !== "MemberExpression") return path;
  return assignTo(argument, nothing, frame, path, argument)[0] ?? path;
}
