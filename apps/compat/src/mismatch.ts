import { isRecord } from "@stephooks/core";

/**
 * Where `actual` is not as expected, in words; undefined when it is. Objects are expected as subsets, arrays with the
 * same length; inside, `{$regex, $options}`, `{$length}`, `{$contains}`, `{$absent: true}` and `{$gte}` say more.
 */
export function mismatch(expected: unknown, actual: unknown, path = "$"): string | undefined {
  if (Array.isArray(expected)) return arrayMismatch(expected, actual, path);
  if (!isRecord(expected)) return Object.is(expected, actual) ? undefined : differs(path, expected, actual);
  const operators = Object.keys(expected).filter((key) => key.startsWith("$"));
  if (operators.length > 0) {
    return operators.map((name) => operatorMismatch(name, expected, actual, path)).find((found) => found !== undefined);
  }
  if (!isRecord(actual)) return differs(path, expected, actual);
  return Object.entries(expected)
    .map(([key, value]) => mismatch(value, Object.hasOwn(actual, key) ? actual[key] : undefined, `${path}.${key}`))
    .find((found) => found !== undefined);
}

/** As {@link mismatch} for the text of an answer: texts and `$regex` look at the text, all else at its JSON. */
export function bodyMismatch(expected: unknown, text: string): string | undefined {
  if (typeof expected === "string" || (isRecord(expected) && "$regex" in expected)) return mismatch(expected, text);
  try {
    return mismatch(expected, JSON.parse(text));
  } catch {
    return `the body is no JSON: ${shown(text)}`;
  }
}

function arrayMismatch(expected: readonly unknown[], actual: unknown, path: string): string | undefined {
  if (!Array.isArray(actual) || actual.length !== expected.length) return differs(path, expected, actual);
  return expected
    .map((value, index) => mismatch(value, actual[index], `${path}[${index}]`))
    .find((found) => found !== undefined);
}

function operatorMismatch(
  name: string,
  expected: Readonly<Record<string, unknown>>,
  actual: unknown,
  path: string,
): string | undefined {
  return holds(name, expected, actual) ? undefined : differs(path, expected, actual);
}

function holds(name: string, expected: Readonly<Record<string, unknown>>, actual: unknown): boolean {
  const operand = expected[name];
  switch (name) {
    case "$regex":
      return typeof actual === "string" && new RegExp(textOf(operand), textOf(expected["$options"])).test(actual);
    case "$options":
      return "$regex" in expected;
    case "$length":
      return (Array.isArray(actual) || typeof actual === "string") && actual.length === operand;
    case "$contains":
      return Array.isArray(actual) && actual.some((item) => mismatch(operand, item) === undefined);
    case "$absent":
      return (actual === undefined) === operand;
    case "$gte":
      return typeof actual === "number" && typeof operand === "number" && actual >= operand;
    default:
      throw new TypeError(`an expectation has an unknown operator ${name}`);
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function differs(path: string, expected: unknown, actual: unknown): string {
  return `${path} should be ${shown(expected)}, is ${shown(actual)}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "absent";
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
