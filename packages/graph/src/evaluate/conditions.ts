import type { BinaryExpression, Expression } from "@babel/types";
import { agree, type Fact, type FactTest } from "./fact.ts";
import { lastTest } from "./last-test.ts";
import type { Decision, Frame, Outcome } from "./machine.ts";
import { isExpression } from "./member-key.ts";
import { arithmetic, compare, isOrdered } from "./operators.ts";
import type { Path } from "./path.ts";
import { slotOf } from "./scope.ts";
import { type Subject, subjectOf } from "./subject.ts";
import { alternatives, dependence, type Primitive, PROMISE, unionOf, type Value } from "./value.ts";
import { literalsOf } from "../types/literals-of.ts";

/** Splits a path by a condition, as far as values and earlier conditions do not decide it. */
export function decide(test: Expression, frame: Frame, path: Path): Decision {
  switch (test.type) {
    case "ParenthesizedExpression":
    case "TSAsExpression":
    case "TSNonNullExpression":
    case "TSSatisfiesExpression":
      return decide(test.expression, frame, path);
    case "UnaryExpression":
      if (test.operator === "!") {
        const { no, yes } = decide(test.argument, frame, path);
        return { yes: no, no: yes };
      }
      break;
    case "LogicalExpression":
      if (test.operator !== "??") return decideBoth(test.left, test.right, test.operator === "&&", frame, path);
      break;
    case "BinaryExpression":
      if (comparisons.has(test.operator)) return decideComparison(test, frame, path);
      break;
    case "CallExpression":
      if (test.callee.type === "Identifier" && test.callee.name === "Boolean" && test.arguments.length === 1) {
        const [argument] = test.arguments;
        if (argument && isExpression(argument)) return decide(argument, frame, path);
      }
      break;
    default:
  }
  const outcomes = frame.machine.evaluate(test, frame, path);
  return splitAll(outcomes, (outcome) => decideTruth(outcome, test, frame));
}

/** Splits by whether a value is truthy. */
export function decideTruth(outcome: Outcome, node: Expression, frame: Frame): Decision {
  return splitBy(outcome, tested(node, frame), { op: "truthy" }, Boolean, frame);
}

const comparisons: ReadonlySet<string> = new Set(["===", "!==", "==", "!=", "<", ">", "<=", ">="]);

function decideBoth(left: Expression, right: Expression, isAnd: boolean, frame: Frame, path: Path): Decision {
  const first = decide(left, frame, path);
  const second = splitPaths(isAnd ? first.yes : first.no, (at) => decide(right, frame, at));
  return isAnd
    ? { yes: second.yes, no: [...first.no, ...second.no] }
    : { yes: [...first.yes, ...second.yes], no: second.no };
}

function decideComparison(test: BinaryExpression, frame: Frame, path: Path): Decision {
  const { left, operator, right } = test;
  if (left.type === "PrivateName") return { yes: [path], no: [path] };
  const sides = frame.machine
    .evaluate(left, frame, path)
    .flatMap(({ path: at, value: first }) =>
      frame.machine.evaluate(right, frame, at).map(({ path: end, value: second }) => ({ first, second, path: end })),
    );
  return splitAll(sides, ({ first, path: at, second }) => {
    const known = isConstant(first) && isConstant(second) ? arithmetic(operator, [first, second]) : undefined;
    if (known && isConstant(known)) return known.value === true ? { yes: [at], no: [] } : { yes: [], no: [at] };
    // The side that the source knows is compared with the one that it does not.
    const swapped = isConstant(first) && !isConstant(second);
    const [subject, value, other] = swapped ? [right, second, first] : [left, first, second];
    const normal = normalised(swapped ? (mirrored.get(operator) ?? operator) : operator);
    if (!isConstant(other)) return unsettled(test, { value: unionOf([first, second]), path: at }, operator, frame);
    const negated = normal.startsWith("!");
    const split = splitBy(
      { value, path: at },
      tested(subject, frame),
      factOf(normal, other.value),
      matcher(normal, other.value),
      frame,
    );
    return negated ? { yes: split.no, no: split.yes } : split;
  });
}

const mirrored: ReadonlyMap<string, string> = new Map([
  ["<", ">"],
  [">", "<"],
  ["<=", ">="],
  [">=", "<="],
]);

/** `!` before an operator says that it is the opposite. */
function normalised(operator: string): string {
  if (operator === "!==") return "!===";
  if (operator === "!=") return "!==";
  if (operator === "<=") return "!>";
  return operator === ">=" ? "!<" : operator;
}

function factOf(normal: string, to: Primitive): FactTest {
  const operator = normal.replace("!", "");
  if (operator === "==" && (to === null || to === undefined)) return { op: "nullish" };
  if (operator === "<") return { op: "below", to };
  return operator === ">" ? { op: "above", to } : { op: "equals", to };
}

/** What the test answers for a constant; undefined where neither the test nor its opposite holds. */
function matcher(normal: string, to: Primitive): (value: Primitive) => boolean | undefined {
  const { op } = factOf(normal, to);
  const operator = normal.replace("!", "");
  const isSized = op === "below" || op === "above";
  return (value) => (isSized && !isOrdered(value, to) ? undefined : compare(operator, value, to));
}

function isConstant(value: Value): value is Extract<Value, { kind: "constant" }> {
  return value.kind === "constant";
}

/** Two expressions compared with each other: the comparison itself is what is remembered. */
function unsettled(test: BinaryExpression, outcome: Outcome, operator: string, frame: Frame): Decision {
  const negated = operator === "!==" || operator === "!=" || operator === "<=" || operator === ">=";
  const plain = positive.get(operator) ?? operator;
  const sides = [subjectOf(test.left, frame.scope), subjectOf(test.right, frame.scope)] as const;
  const [left, right] = sides;
  const subject = left &&
    right && { key: `(${left.key} ${plain} ${right.key})`, text: `(${left.text} ${plain} ${right.text})` };
  const split = splitBy(outcome, { node: test, subject, written: test }, { op: "truthy" }, undefined, frame);
  return negated ? { yes: split.no, no: split.yes } : split;
}

/** The opposite of an operator that denies. */
const positive: ReadonlyMap<string, string> = new Map([
  ["!==", "==="],
  ["!=", "=="],
  ["<=", ">"],
  [">=", "<"],
]);

/** An expression that is tested. */
interface Tested {
  readonly node: Expression;
  readonly subject?: Subject | undefined;
  /** The whole test, as it stands in the source. */
  readonly written: Expression;
}

function tested(node: Expression, frame: Frame, written: Expression = node): Tested {
  return { node, subject: subjectOf(node, frame.scope), written };
}

/** What more conditions told about one expression is not remembered. */
const MOST_FACTS = 100;

/** One outcome of an expression, split by a test of it. Without `matches` values decide nothing. */
function splitBy(
  outcome: Outcome,
  { node, subject, written }: Tested,
  test: FactTest,
  matches: ((value: Primitive) => boolean | undefined) | undefined,
  frame: Frame,
): Decision {
  const { path, value } = outcome;
  const yes: Value[] = [];
  const no: Value[] = [];
  for (const one of alternatives(value)) {
    const answer = matches && answerOf(one, test, matches);
    if (answer !== false) yes.push(one);
    if (answer !== true) no.push(one);
  }
  const until = lastTest(written, subject?.text, frame);
  const guards = path.guards | dependence(value);
  const follow = (left: readonly Value[], holds: boolean): readonly Path[] => {
    if (left.length === 0) return [];
    const isOpen = yes.length > 0 && no.length > 0;
    const narrowed = narrow({ ...path, guards: isOpen ? guards : path.guards }, node, left, frame, value);
    if (!isOpen || subject === undefined) return [narrowed];
    const fact: Fact = { subject: subject.key, test, holds, age: path.age, until };
    const known = path.facts.filter((other) => other.subject === subject.key);
    if (known.length >= MOST_FACTS) return [narrowed];
    const domain = left.length === 1 ? literalsOf(left[0]) : undefined;
    const isPossible = agree([...known, fact], domain);
    const isNews = until.index >= 0 || domain !== undefined || known.length > 0 || test.op === "equals";
    return [
      { ...narrowed, doubtful: path.doubtful || !isPossible, facts: isNews ? [...path.facts, fact] : path.facts },
    ];
  };
  return { yes: follow(yes, true), no: follow(no, false) };
}

function answerOf(
  value: Value,
  test: FactTest,
  matches: (value: Primitive) => boolean | undefined,
): boolean | undefined {
  if (value.kind === "unknown") return value.path === PROMISE && test.op === "truthy" ? true : undefined;
  if (value.kind === "constant") return matches(value.value);
  return test.op === "truthy";
}

/** In a branch a variable is what the test let through. */
function narrow(path: Path, node: Expression, left: readonly Value[], frame: Frame, whole: Value): Path {
  if (node.type !== "Identifier" || whole.kind !== "union") return path;
  const slot = slotOf(frame.scope, node.name);
  return slot === undefined ? path : { ...path, names: path.names.with(slot, unionOf(left)) };
}

function splitAll<Given>(given: readonly Given[], split: (one: Given) => Decision): Decision {
  const decisions = given.map(split);
  return { yes: decisions.flatMap(({ yes }) => yes), no: decisions.flatMap(({ no }) => no) };
}

function splitPaths(paths: readonly Path[], split: (path: Path) => Decision): Decision {
  return splitAll(paths, split);
}

/** What `switch` does with a case: the path where the value is the same, and the others. */
export function decideCase(
  discriminant: Expression,
  outcome: Outcome,
  test: Value,
  frame: Frame,
  written: Expression,
): Decision {
  if (test.kind !== "constant") return { yes: [outcome.path], no: [outcome.path] };
  const { value: to } = test;
  return splitBy(outcome, tested(discriminant, frame, written), { op: "equals", to }, (value) => value === to, frame);
}
