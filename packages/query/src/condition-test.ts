import { isRecord } from "@stephooks/core";
import {
  allOf,
  anyOf,
  dateTest,
  equalTest,
  existsTest,
  type FieldTest,
  itemTest,
  not,
  objectTest,
  type Order,
  orderTest,
  scalarTest,
  sizeTest,
  textTest,
} from "./field-test.ts";
import type { JsonDocument } from "./field-path.ts";
import type { QueryBudget } from "./query-limits.ts";
import { QueryError } from "./query-error.ts";
import { queryLiteral } from "./query-literal.ts";
import { compilePattern } from "./text-pattern.ts";

export type DocumentTest = (document: JsonDocument) => boolean;

/** Where in a query a condition stands, and who reads the filters inside it. */
export interface Place {
  readonly budget: QueryBudget;
  readonly depth: number;
  readonly readFilter: (filter: unknown, place: Place) => DocumentTest;
}

type Reader = (value: unknown, place: Place, condition: Readonly<Record<string, unknown>>) => FieldTest | undefined;

const readers: Readonly<Record<string, Reader>> = {
  $eq: (value, place) => equality(value, place),
  $ne: (value, place) => not(equality(value, place)),
  $gt: (value, place) => order("$gt", value, place),
  $gte: (value, place) => order("$gte", value, place),
  $lt: (value, place) => order("$lt", value, place),
  $lte: (value, place) => order("$lte", value, place),
  $in: (value, place) => anyOf(memberTests("$in", value, place)),
  $nin: (value, place) => not(anyOf(memberTests("$nin", value, place))),
  $all: (value, place) => {
    const tests = memberTests("$all", value, place);
    return tests.length === 0 ? () => false : allOf(tests);
  },
  $exists: (value) => {
    if (typeof value === "boolean" || value === 0 || value === 1) return existsTest(Boolean(value));
    throw wrong("$exists", "true or false");
  },
  $size: (value) => {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return sizeTest(value);
    throw wrong("$size", "a count");
  },
  $regex: (value, { budget }, { $options = "" }) => {
    if (typeof $options !== "string") throw wrong("$options", "a text of flags");
    if (value instanceof RegExp) return pattern(value.source, $options || value.flags, budget);
    if (typeof value === "string") return pattern(value, $options, budget);
    throw wrong("$regex", "a text or a RegExp");
  },
  $options: (_value, _place, condition) => {
    if (Object.hasOwn(condition, "$regex")) return undefined;
    throw new QueryError("invalid-operand", "$options stands beside $regex only.");
  },
  $startsWith: (value) => {
    const start = wantedText("$startsWith", value);
    return textTest((text) => text.startsWith(start));
  },
  $endsWith: (value) => {
    const end = wantedText("$endsWith", value);
    return textTest((text) => text.endsWith(end));
  },
  $not: (value, place) => {
    if (!(value instanceof RegExp) && !isOperators(value)) throw wrong("$not", "an object of operators or a RegExp");
    return not(conditionTest(value, deeper(place)));
  },
  $elemMatch: (value, place) => elemMatch(value, place),
};

/** @throws QueryError every code. */
export function conditionTest(value: unknown, place: Place): FieldTest {
  if (!isOperators(value) || isDateOperand(value)) return equality(value, place);
  const inner = deeper(place);
  const tests = Object.entries(value).map(([operator, operand]) => {
    const read = Object.hasOwn(readers, operator) ? readers[operator] : undefined;
    if (read === undefined) throw unknownOperator(operator);
    place.budget.spendNode(place.depth);
    return read(operand, inner, value);
  });
  return allOf(tests.filter((test) => test !== undefined));
}

export function deeper(place: Place): Place {
  return { ...place, depth: place.depth + 1 };
}

function equality(value: unknown, { budget, depth }: Place): FieldTest {
  if (value instanceof RegExp) return pattern(value.source, value.flags, budget);
  if (isDateOperand(value)) return dateTest("$eq", dateOperand(value));
  return equalTest(queryLiteral(value, budget, depth));
}

function order(operator: Order, value: unknown, { budget, depth }: Place): FieldTest {
  if (isDateOperand(value)) return dateTest(operator, dateOperand(value));
  const literal = queryLiteral(value, budget, depth);
  if (typeof literal === "number" || typeof literal === "string" || typeof literal === "boolean") {
    return orderTest(operator, literal);
  }
  // Nothing is above or below null, but null is not apart from it either.
  if (literal === null) return operator === "$gte" || operator === "$lte" ? equalTest(null) : () => false;
  throw wrong(operator, "a number, a text, a boolean or a date");
}

/** One test for every member of a list: values, dates, patterns, and `$elemMatch` for `$all`. */
function memberTests(operator: "$in" | "$nin" | "$all", value: unknown, place: Place): readonly FieldTest[] {
  if (!Array.isArray(value)) throw wrong(operator, "an array");
  const list: readonly unknown[] = value;
  const isSpecial = (item: unknown): boolean =>
    item instanceof RegExp || isDateOperand(item) || (operator === "$all" && isElemMatch(item));
  const specialTests = list
    .filter(isSpecial)
    .map((item) => (isElemMatch(item) ? elemMatch(item.$elemMatch, place) : equality(item, place)));
  const literals = list.filter((item) => !isSpecial(item)).map((item) => queryLiteral(item, place.budget, place.depth));
  if (operator === "$all") return [...specialTests, ...literals.map(equalTest)];
  const isScalar = (literal: unknown): boolean => typeof literal !== "object" || literal === null;
  const objects = literals.filter((literal) => !isScalar(literal)).map(equalTest);
  return [scalarTest(new Set(literals.filter(isScalar))), ...objects, ...specialTests];
}

function elemMatch(value: unknown, place: Place): FieldTest {
  if (!isRecord(value)) throw wrong("$elemMatch", "a filter or an object of operators");
  const isCondition = isOperators(value) && !["$and", "$or", "$nor"].some((group) => Object.hasOwn(value, group));
  return isCondition
    ? itemTest(conditionTest(value, deeper(place)))
    : objectTest(place.readFilter(value, deeper(place)));
}

function pattern(source: string, flags: string, budget: QueryBudget): FieldTest {
  return textTest(compilePattern(source, flags, budget));
}

function isOperators(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && Object.keys(value).some((key) => key.startsWith("$"));
}

function isElemMatch(value: unknown): value is { readonly $elemMatch: unknown } {
  return isRecord(value) && Object.keys(value).join() === "$elemMatch";
}

function isDateOperand(value: unknown): value is { readonly $date: unknown } {
  return isRecord(value) && Object.keys(value).join() === "$date";
}

function dateOperand({ $date: given }: { readonly $date: unknown }): number {
  const moment =
    typeof given === "string" ? Date.parse(given) : Number(given instanceof Date ? given : (given ?? Number.NaN));
  if (Number.isNaN(moment)) throw wrong("$date", "an ISO date, a Date or epoch milliseconds");
  return moment;
}

function wantedText(operator: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw wrong(operator, "a text");
}

function wrong(operator: string, wanted: string): QueryError {
  return new QueryError("invalid-operand", `${operator} takes ${wanted}.`);
}

function unknownOperator(operator: string): QueryError {
  const known = Object.keys(readers).join(", ");
  return operator.startsWith("$")
    ? new QueryError("unknown-operator", `There is no operator "${operator.slice(0, 50)}". Use one of ${known}.`)
    : new QueryError(
        "invalid-query",
        `"${operator.slice(0, 50)}" stands beside operators. Write either operators or a value for a field.`,
      );
}
