import { StephooksError } from "../stephooks-error.ts";
import type { Query } from "../datastore/index.ts";
import { isUrlPattern, type UrlValue, urlValue, urlValues } from "./url-value.ts";

const comparisons: Readonly<Record<string, string>> = { ">": "$gt", ">=": "$gte", "<": "$lt", "<=": "$lte" };

/** Operators whose operand is a text, whatever it looks like. */
const ofTexts: ReadonlySet<string> = new Set(["regex", "startsWith", "endsWith"]);

/**
 * One field of a URL's query as a filter. URLs are split at their first `=`, so `price>=5` arrives as the key `price>`
 * with the value `5`, and `price=>5` as `price` with `>5`; both are read as one text:
 *
 * - `f=v` is equality, `f=a,b` one of several; `f!=v` and `f=!v` negate either
 * - `f>v f>=v f<v f<=v` compare, also as `f=>v`
 * - `f` alone: it exists; `!f` or `f=!`: it does not
 * - `f:op=v` or `f=:op=v`: any operator of a filter by its name
 *
 * What it answers is not checked: operators and paths are, by `compileFilter`.
 *
 * @throws StephooksError `invalid-argument` for a text that is none of these.
 */
export function urlCriterion(key: string, value: string): Query {
  const text = value === "" ? key : `${key}=${value}`;
  const [, not = "", field = "", rest = ""] = /^(!?)([^><!=:]+)(.*)$/s.exec(text) ?? [];
  if (field === "" || (not !== "" && rest !== "")) throw unreadable(text);
  if (rest === "") return { [field]: { $exists: not === "" } };
  const isAssigned = rest.startsWith("=");
  const tail = isAssigned ? rest.slice(1) : rest;
  const [, operator, operand = ""] = /^:([^=]+)=(.+)$/s.exec(tail) ?? [];
  if (operator !== undefined) return operation(field, operator, operand);
  const [, sign, compared = ""] = /^([><]=?)(.*)$/s.exec(tail) ?? [];
  if (sign !== undefined && compared !== "") return { [field]: { [comparisons[sign] ?? ""]: urlValue(compared) } };
  if (sign !== undefined) throw unreadable(text);
  if (tail.startsWith("!=")) return equality(field, tail.slice(2), true, text);
  if (!isAssigned) throw unreadable(text);
  if (tail === "!") return { [field]: { $exists: false } };
  if (tail.startsWith("!")) return equality(field, tail.slice(1), true, text);
  return equality(field, tail.startsWith("=") ? tail.slice(1) : tail, false, text);
}

function operation(field: string, operator: string, operand: string): Query {
  if (operator === "eq" || operator === "in") return equality(field, operand, false, operator);
  if (operator === "ne" || operator === "nin") return equality(field, operand, true, operator);
  const value = urlValue(operand);
  if (operator === "regex" && typeof value === "object" && isUrlPattern(value)) return { [field]: value };
  if (ofTexts.has(operator)) return { [field]: { [`$${operator}`]: operand } };
  const values = urlValues(operand);
  return { [field]: { [`$${operator}`]: operator === "all" || values.length > 1 ? values : value } };
}

function equality(field: string, text: string, isNegated: boolean, whole: string): Query {
  const values = urlValues(text);
  const [first] = values;
  if (first === undefined) throw unreadable(whole);
  if (values.length === 1) return { [field]: isNegated ? negated(first) : first };
  // A list of values holds no patterns, so those are conditions of their own.
  if (values.some(isUrlPattern)) return { [isNegated ? "$nor" : "$or"]: values.map((value) => ({ [field]: value })) };
  return { [field]: { [isNegated ? "$nin" : "$in"]: values } };
}

function negated(value: UrlValue): object {
  return isUrlPattern(value) ? { $not: value } : { $ne: value };
}

function unreadable(text: string): StephooksError {
  return new StephooksError(
    "invalid-argument",
    `"${text.slice(0, 100)}" is no condition. Write field=value, field>value, field=a,b, field:operator=value, field or !field.`,
  );
}
