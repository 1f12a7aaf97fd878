import { alternatives, constant, dependence, type Primitive, unionOf, unknown, type Value } from "./value.ts";

const MOST_RESULTS = 32;

/** What an operator makes of values: of each combination when all are constants, else something unknown. */
export function arithmetic(operator: string, operands: readonly Value[]): Value {
  const depends = operands.reduce((mask, operand) => mask | dependence(operand), 0);
  if (operator === "void") return constant(undefined);
  const choices = operands.map((operand) => alternatives(operand).filter((one) => one.kind === "constant"));
  const isKnown = operands.every((operand, index) => alternatives(operand).length === choices[index]?.length);
  const size = choices.reduce((product, { length }) => product * length, 1);
  if (!isKnown || size > MOST_RESULTS) return unknown(depends);
  const [first = [], second] = choices;
  const results = second
    ? first.flatMap((a) => second.map((b) => binary(operator, a.value, b.value)))
    : first.map((a) => unary(operator, a.value));
  return unionOf(results.map((result) => (result.known ? constant(result.value) : unknown(depends))));
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
  if (operator === "===") return known(a === b);
  if (operator === "!==") return known(a !== b);
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
    case "<":
      return known(a < b);
    case ">":
      return known(a > b);
    case "<=":
      return known(a <= b);
    case ">=":
      return known(a >= b);
    default:
      return none;
  }
}
