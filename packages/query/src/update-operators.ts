import { isRecord } from "@stephooks/core";
import { compileFilter } from "./compile-filter.ts";
import type { QueryBudget } from "./query-limits.ts";
import { QueryError } from "./query-error.ts";
import { type FieldPlace, pathSegments, placeAt } from "./update-path.ts";
import { jsonCopy, type MutableDocument, sameJson } from "./update-values.ts";

/** Changes a document in place. @throws QueryError `invalid-update`. */
export type DocumentChange = (document: MutableDocument) => void;

/** What an operator does at one place, once its operand has been read. */
type PlaceChange = (place: FieldPlace, path: string) => void;

type OperandReader = (operand: unknown, path: string) => PlaceChange;

const operators: Readonly<Record<string, OperandReader>> = {
  $set: (operand) => (place) => place.set(jsonCopy(operand, "operand of $set")),
  $inc: (operand) => {
    // The words are codehooks' own.
    if (!isFiniteNumber(operand)) {
      throw new QueryError("invalid-operand", "The value of $inc must be an object where each property is a number");
    }
    return (place, path) => place.set(checkedSum(numberAt(place, path, 0) + operand, path));
  },
  $mul: (operand) => {
    if (!isFiniteNumber(operand)) throw wrong("$mul", "numbers");
    return (place, path) => place.set(checkedSum(numberAt(place, path, 0) * operand, path));
  },
  $min: (operand) => bounded("$min", operand, (present, wanted) => wanted < present),
  $max: (operand) => bounded("$max", operand, (present, wanted) => wanted > present),
  $push: (operand) => {
    const added = eachOf("$push", operand);
    return (place, path) => place.set([...arrayAt(place, path), ...jsonCopy(added, "operand of $push")]);
  },
  $addToSet: (operand) => {
    const added: readonly unknown[] = jsonCopy(eachOf("$addToSet", operand), "operand of $addToSet");
    return (place, path) => {
      const list = [...arrayAt(place, path)];
      for (const item of added) if (!list.some((other) => sameJson(other, item))) list.push(item);
      place.set(list);
    };
  },
  $pull: (operand) => {
    const matches = pullTest(operand);
    return (place, path) => {
      if (place.value !== undefined) place.set(arrayAt(place, path).filter((item) => !matches(item)));
    };
  },
  $pullAll: (operand) => {
    if (!Array.isArray(operand)) throw wrong("$pullAll", "arrays");
    const gone: readonly unknown[] = jsonCopy(operand, "operand of $pullAll");
    return (place, path) => {
      if (place.value === undefined) return;
      place.set(arrayAt(place, path).filter((item) => !gone.some((other) => sameJson(other, item))));
    };
  },
  $pop: (operand) => {
    if (operand !== 1 && operand !== -1) throw wrong("$pop", "1 for the last element or -1 for the first");
    return (place, path) => {
      if (place.value === undefined) return;
      const list = arrayAt(place, path);
      place.set(operand === 1 ? list.slice(0, -1) : list.slice(1));
    };
  },
  $unset: () => (place) => place.remove(),
};

/** codehooks takes names of fields, too, where an operator needs nothing but them. */
const bareOperands: Readonly<Record<string, unknown>> = { $unset: "", $pop: 1 };

/** Where codehooks' platform takes a dot in a name for a dot; of the other operators nobody has written it down. */
const namesAreLiteral: ReadonlySet<string> = new Set(["$set", "$inc", "$unset"]);

/** What an operator with its operand does to a document. @throws QueryError. */
export function changeOf(
  operator: string,
  operand: unknown,
  { budget, literalNames }: { readonly budget: QueryBudget; readonly literalNames: boolean },
): DocumentChange {
  if (operator === "$rename") return renameChange(operand, budget);
  const read = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  if (read === undefined) {
    const known = [...Object.keys(operators), "$rename"].join(", ");
    throw new QueryError(
      "unknown-operator",
      `There is no update operator "${operator.slice(0, 50)}". Use one of ${known}.`,
    );
  }
  const changes = entriesOf(operator, operand).map(([path, value]) => {
    const checked = pathSegments(path, budget);
    const segments = literalNames && namesAreLiteral.has(operator) ? [path] : checked;
    const change = read(value, path);
    return (document: MutableDocument) => change(placeAt(document, segments), path);
  });
  return (document) => {
    for (const change of changes) change(document);
  };
}

function renameChange(operand: unknown, budget: QueryBudget): DocumentChange {
  const moves = entriesOf("$rename", operand).map(([from, to]) => {
    if (typeof to !== "string") throw wrong("$rename", "names of fields");
    return { from: pathSegments(from, budget), to: pathSegments(to, budget) };
  });
  return (document) => {
    for (const { from, to } of moves) {
      const { remove, value } = placeAt(document, from);
      if (value === undefined) continue;
      remove();
      placeAt(document, to).set(value);
    }
  };
}

function entriesOf(operator: string, operand: unknown): readonly (readonly [string, unknown])[] {
  const bare = bareOperands[operator];
  if (bare !== undefined && typeof operand === "string") return [[operand, bare]];
  if (bare !== undefined && Array.isArray(operand) && operand.every((name) => typeof name === "string")) {
    return operand.map((name) => [name, bare]);
  }
  if (operator === "$inc" && !isRecord(operand)) operators["$inc"]?.(undefined, "");
  if (!isRecord(operand)) throw wrong(operator, "an object of fields");
  return Object.entries(operand).filter(([, value]) => value !== undefined || operator === "$unset");
}

function bounded(
  operator: string,
  operand: unknown,
  replaces: (present: number | string, wanted: number | string) => boolean,
): PlaceChange {
  const wanted: unknown = jsonCopy(operand, `operand of ${operator}`);
  if (typeof wanted !== "number" && typeof wanted !== "string") throw wrong(operator, "numbers or texts");
  return (place, path) => {
    const present = place.value;
    if (present === undefined) place.set(wanted);
    else if ((typeof present !== "number" && typeof present !== "string") || typeof present !== typeof wanted) {
      throw new QueryError("invalid-update", `${operator} cannot compare what is at "${path.slice(0, 100)}".`);
    } else if (replaces(present, wanted)) place.set(wanted);
  };
}

/** `{ $each: […] }` is several elements, anything else is one. */
function eachOf(operator: string, operand: unknown): readonly unknown[] {
  if (!isRecord(operand) || !Object.hasOwn(operand, "$each")) return [operand];
  if (Object.keys(operand).length > 1) throw wrong(operator, "$each without other modifiers");
  if (!Array.isArray(operand["$each"])) throw wrong(operator, "an array in $each");
  return operand["$each"];
}

/** What `$pull` takes away: equal elements, and those a filter or a condition matches. */
function pullTest(operand: unknown): (item: unknown) => boolean {
  const isCondition = isRecord(operand) && Object.keys(operand).some((key) => key.startsWith("$"));
  if (isRecord(operand) && !isCondition) {
    const matches = compileFilter(operand);
    return (item) => isRecord(item) && matches(item);
  }
  if (isCondition || operand instanceof RegExp) {
    const matches = compileFilter({ item: operand });
    return (item) => matches({ item });
  }
  const wanted: unknown = jsonCopy(operand, "operand of $pull");
  return (item) => sameJson(item, wanted);
}

function numberAt(place: FieldPlace, path: string, missing: number): number {
  const value = place.value ?? missing;
  if (typeof value === "number") return value;
  throw new QueryError("invalid-update", `"${path.slice(0, 100)}" is not a number, so it cannot be counted.`);
}

function checkedSum(value: number, path: string): number {
  // JSON knows no negative zero.
  if (Number.isFinite(value)) return value + 0;
  throw new QueryError("invalid-update", `"${path.slice(0, 100)}" would leave the range of numbers.`);
}

function arrayAt(place: FieldPlace, path: string): readonly unknown[] {
  const value = place.value ?? [];
  if (Array.isArray(value)) return value;
  throw new QueryError("invalid-update", `"${path.slice(0, 100)}" is not an array.`);
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function wrong(operator: string, wanted: string): QueryError {
  return new QueryError("invalid-operand", `${operator} takes ${wanted}.`);
}
