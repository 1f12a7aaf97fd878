/** A second reading of Mongo's rules for filters, written without a library: what the datastore must agree with. */
export function matchesPlainly(document: unknown, filter: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(filter).every(([key, condition]) => {
    if (key === "$and") return parts(condition).every((part) => matchesPlainly(document, part));
    if (key === "$or") return parts(condition).some((part) => matchesPlainly(document, part));
    if (key === "$nor") return !parts(condition).some((part) => matchesPlainly(document, part));
    return meets(found(document, key.split(".")), condition);
  });
}

/** Everything a path leads to, undefined where something is missing: through arrays it leads to what each object holds. */
function found(value: unknown, path: readonly string[]): readonly unknown[] {
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  if (Array.isArray(value)) return value.filter(isObject).flatMap((item) => found(item, path));
  if (!isObject(value)) return [undefined];
  return Object.hasOwn(value, key) ? found(Reflect.get(value, key), rest) : [undefined];
}

function meets(values: readonly unknown[], condition: unknown): boolean {
  if (!isObject(condition) || !Object.keys(condition).some((key) => key.startsWith("$")))
    return equal(values, condition);
  return Object.entries(condition).every(([operator, operand]) => meetsOperator(values, operator, operand));
}

function meetsOperator(values: readonly unknown[], operator: string, operand: unknown): boolean {
  const candidates = values.flatMap((value) => (Array.isArray(value) ? [value, ...value] : [value]));
  switch (operator) {
    case "$eq":
      return equal(values, operand);
    case "$ne":
      return !equal(values, operand);
    case "$in":
      return list(operand).some((item) => equal(values, item));
    case "$nin":
      return !list(operand).some((item) => equal(values, item));
    case "$exists":
      return values.some((value) => value !== undefined) === operand;
    case "$not":
      return !meets(values, operand);
    case "$gt":
      return candidates.some((value) => ordered(value, operand) && above(value, operand));
    case "$gte":
      return candidates.some((value) => ordered(value, operand) && !above(operand, value));
    case "$lt":
      return candidates.some((value) => ordered(value, operand) && above(operand, value));
    case "$lte":
      return candidates.some((value) => ordered(value, operand) && !above(value, operand));
    case "$startsWith":
      return candidates.some((value) => typeof value === "string" && value.startsWith(String(operand)));
    default:
      throw new TypeError(`${operator} is not in this evaluator`);
  }
}

function equal(values: readonly unknown[], wanted: unknown): boolean {
  if (wanted === null && values.includes(undefined)) return true;
  return values.some(
    (value) => same(value, wanted) || (Array.isArray(value) && value.some((item) => same(item, wanted))),
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function ordered(a: unknown, b: unknown): boolean {
  return (typeof a === "number" && typeof b === "number") || (typeof a === "string" && typeof b === "string");
}

function above(a: unknown, b: unknown): boolean {
  return typeof a === "number" && typeof b === "number" ? a > b : String(a) > String(b);
}

function parts(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return list(value).filter(isObject);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
