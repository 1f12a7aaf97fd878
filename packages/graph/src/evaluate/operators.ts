import { alternatives, constant, dependence, type Primitive, unionOf, unknown, type Value } from "./value.ts";

const MOST_RESULTS = 512;

/** What an operator makes of values: of each combination when all are constants, else something unknown. */
export function arithmetic(operator: string, operands: readonly Value[]): Value {
  const depends = operands.reduce((mask, operand) => mask | dependence(operand), 0);
  if (operator === "void") return constant(undefined);
  const choices = operands.map((operand) => alternatives(operand).filter((one) => one.kind === "constant"));
  const isKnown = operands.every((operand, index) => alternatives(operand).length === choices[index]?.length);
  const size = choices.reduce((product, { length }) => product * length, 1);
  if (!isKnown || size > MOST_RESULTS) {
    const isBig = /^[-+*/%]|^\*\*$/.test(operator) && operands.some(isBigInt);
    return unknown(depends, isBig ? { symbol: "bigint" } : {});
  }
  const [first = [], second] = choices;
  const results = second
    ? first.flatMap((a) => second.map((b) => binary(operator, a.value, b.value)))
    : first.map((a) => unary(operator, a.value));
  return unionOf(results.map((result) => (result.known ? constant(result.value) : unknown(depends))));
}

/** What is calculated with one is one. */
function isBigInt(value: Value): boolean {
  return value.kind === "constant"
    ? typeof value.value === "bigint"
    : value.kind === "unknown" && value.symbol === "bigint";
}

type Result = { readonly known: true; readonly value: Primitive } | { readonly known: false };

const none: Result = { known: false };

function known(value: Primitive): Result {
  return { known: true, value };
}

function unary(operator: string, value: Primitive): Result {
  if (operator === "!") return known(!value);
  if (operator === "typeof") return known(value === null ? "object" : typeof value);
  if (typeof value !== "number") return none;
  if (operator === "-") return known(-value);
  return operator === "+" ? known(value) : none;
}

function binary(operator: string, a: Primitive, b: Primitive): Result {
  const compared = compare(operator, a, b);
  if (compared !== undefined) return known(compared);
  if (operator === "+" && (typeof a === "string" || typeof b === "string")) return known(String(a) + String(b));
  if (typeof a !== "number" || typeof b !== "number") return none;
  switch (operator) {
    case "+":
      return known(a + b);
    case "-":
      return known(a - b);
    case "*":
      return known(a * b);
    case "/":
      return known(a / b);
    case "%":
      return known(a % b);
    case "**":
      return known(a ** b);
    default:
      return none;
  }
}

/** As the language compares them, conversions included; undefined for other operators. */
export function compare(operator: string, a: Primitive, b: Primitive): boolean | undefined {
  switch (operator) {
    case "===":
      return a === b;
    case "!==":
      return a !== b;
    case "==":
      return isLooselyEqual(a, b);
    case "!=":
      return !isLooselyEqual(a, b);
    case "<":
      return isBelow(a, b);
    case ">":
      return isBelow(b, a);
    case "<=":
      return isBelow(a, b) || (isOrdered(a, b) && !isBelow(b, a));
    case ">=":
      return isBelow(b, a) || (isOrdered(a, b) && !isBelow(a, b));
    default:
      return undefined;
  }
}

function isLooselyEqual(a: Primitive, b: Primitive): boolean {
  if (typeof a === typeof b || a === null || b === null || a === undefined || b === undefined)
    return a === b || ((a ?? null) === null && (b ?? null) === null);
  return Number(a) === Number(b);
}

function isBelow(a: Primitive, b: Primitive): boolean {
  return typeof a === "string" && typeof b === "string" ? a < b : Number(a) < Number(b);
}

/** With NaN, and what converts to it, neither a comparison nor its opposite holds. */
export function isOrdered(a: Primitive, b: Primitive): boolean {
  return (typeof a === "string" && typeof b === "string") || !(Number.isNaN(Number(a)) || Number.isNaN(Number(b)));
}
