import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type HeadCondition, type HeadUpdate, PortError, type StateWrite } from "@stephooks/core";
import { listKeys } from "./index-keys.ts";
import { attributesOf, encodeEntries, encodeResult, putMutableHead } from "./instance-item-codec.ts";
import { encodeStateKey } from "./state-key.ts";
import { statusLetter } from "./status-letter.ts";

/** The part of an UpdateItem request that says what to change and when. */
export interface HeadExpressions {
  readonly UpdateExpression?: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

/** DynamoDB's limit for one expression, bytes. Our expressions are ASCII. */
const MAX_EXPRESSION = 4_096;

/** Clauses and the placeholders they use. */
interface Clauses {
  readonly set: string[];
  readonly remove: string[];
  readonly conditions: string[];
  readonly names: Record<string, string>;
  readonly values: Record<string, AttributeValue>;
}

/**
 * An update and its condition as DynamoDB expressions. Every name stands behind `#`, every value behind `:`, so text
 * of users is never part of an expression.
 *
 * @throws PortError `too-large` when so many state keys change that the expression exceeds DynamoDB's 4 KB (about
 *   270 keys); such a change is written as a whole state.
 */
export function headExpressions(id: string, update: HeadUpdate, condition: HeadCondition): HeadExpressions {
  const clauses: Clauses = { set: [], remove: [], conditions: [], names: {}, values: {} };
  addFields(clauses, id, update);
  addResult(clauses, update.result);
  if (update.state !== undefined) addStateWrite(clauses, update.state);
  addCondition(clauses, condition);
  const expression = [clause("SET", clauses.set), clause("REMOVE", clauses.remove)].filter(Boolean).join(" ");
  assertExpressionSize(expression);
  return {
    ...(expression === "" ? {} : { UpdateExpression: expression }),
    ConditionExpression: clauses.conditions.join(" AND "),
    ExpressionAttributeNames: clauses.names,
    ...(Object.keys(clauses.values).length === 0 ? {} : { ExpressionAttributeValues: clauses.values }),
  };
}

function addFields(clauses: Clauses, id: string, { clear = [], listed, set }: HeadUpdate): void {
  const assign = (name: string, value: AttributeValue): void => {
    const placeholders = placeholdersOf(name);
    clauses.names[placeholders.name] = name;
    clauses.values[placeholders.value] = value;
    clauses.set.push(placeholders.assignment);
  };
  putMutableHead(id, set, assign);
  if (listed !== undefined) for (const [name, value] of Object.entries(listKeys(id, listed))) assign(name, value);
  // One path may appear once in an expression; a field may be named twice.
  for (const name of new Set(clear.flatMap((field) => attributesOf(field)))) {
    clauses.names[`#${name}`] = name;
    clauses.remove.push(`#${name}`);
  }
}

interface Placeholders {
  readonly name: string;
  readonly value: string;
  readonly assignment: string;
  /** For the value that a condition expects. */
  readonly expected: string;
  readonly comparison: string;
}

const knownPlaceholders = new Map<string, Placeholders>();

/** Of an attribute of the layout. Made once: text that is put together anew is hashed and interned anew, in each update. */
function placeholdersOf(attribute: string): Placeholders {
  const known = knownPlaceholders.get(attribute);
  if (known) return known;
  const [name, value, expected] = [`#${attribute}`, `:${attribute}`, `:${attribute}0`];
  const made = { name, value, assignment: `${name}=${value}`, expected, comparison: `${name}=${expected}` };
  knownPlaceholders.set(attribute, made);
  return made;
}

/** Adds one member to the map of results, so that branches reporting at once do not lose each other's. */
function addResult(clauses: Clauses, result: HeadUpdate["result"]): void {
  if (result === undefined) return;
  clauses.names["#r"] = "r";
  clauses.names["#rb"] = String(result.branch);
  clauses.values[":rb"] = encodeResult(result.value);
  clauses.set.push("#r.#rb=:rb");
}

function addStateWrite(clauses: Clauses, write: StateWrite): void {
  if (write.kind === "whole") {
    clauses.names["#d"] = "d";
    clauses.values[":d"] = encodeEntries(write.entries);
    clauses.set.push("#d=:d");
    return;
  }
  // One path may appear once in an expression; a key that is both set and removed ends up removed.
  const removed = new Set(write.remove);
  const written = [...write.set].filter(([key]) => !removed.has(key));
  if (written.length > 0 || removed.size > 0) clauses.names["#d"] = "d";
  for (const [index, [key, json]] of written.entries()) {
    clauses.names[`#d${index}`] = encodeStateKey(key);
    clauses.values[`:d${index}`] = { S: json };
    clauses.set.push(`#d.#d${index}=:d${index}`);
  }
  for (const [index, key] of [...removed].entries()) {
    clauses.names[`#r${index}`] = encodeStateKey(key);
    clauses.remove.push(`#d.#r${index}`);
  }
}

function addCondition(clauses: Clauses, condition: HeadCondition): void {
  if (condition.statusIn.length === 0) {
    // An empty IN list is a syntax error; no status at all means that the write is never applied.
    clauses.names["#pk"] = "pk";
    clauses.conditions.push("attribute_exists(#pk) AND attribute_not_exists(#pk)");
  } else {
    // An item that does not exist has no status, so this also keeps an update from creating one.
    const placeholders = condition.statusIn.map((status, index) => {
      clauses.values[`:st${index}`] = { S: statusLetter(status) };
      return `:st${index}`;
    });
    clauses.names["#st"] = "st";
    clauses.conditions.push(`#st IN (${placeholders.join(",")})`);
  }
  addEquality(clauses, "n", condition.seq);
  addEquality(clauses, "k", condition.token);
  addEquality(clauses, "pv", condition.patchVersion);
  if (condition.openBranch !== undefined) {
    // Outside a map every path is missing, so the map itself must be there.
    clauses.names["#r"] = "r";
    clauses.names["#ob"] = String(condition.openBranch);
    clauses.conditions.push("attribute_exists(#r) AND attribute_not_exists(#r.#ob)");
  }
  addEquality(clauses, "pz", condition.pauseId);
  addEquality(clauses, "sw", condition.heldToken);
}

/** The attribute equals the value; null: there is none. */
function addEquality(clauses: Clauses, name: string, expected: number | string | null | undefined): void {
  if (expected === undefined) return;
  const placeholders = placeholdersOf(name);
  clauses.names[placeholders.name] = name;
  if (expected === null) {
    clauses.conditions.push(`attribute_not_exists(${placeholders.name})`);
    return;
  }
  clauses.values[placeholders.expected] = typeof expected === "number" ? { N: String(expected) } : { S: expected };
  clauses.conditions.push(placeholders.comparison);
}

function clause(keyword: string, parts: readonly string[]): string {
  return parts.length === 0 ? "" : `${keyword} ${parts.join(",")}`;
}

function assertExpressionSize(expression: string): void {
  if (expression.length <= MAX_EXPRESSION) return;
  throw new PortError(
    "too-large",
    `An update expression of ${expression.length} bytes exceeds DynamoDB's limit of ${MAX_EXPRESSION}: too many state keys change at once. Write the whole state instead.`,
    { bytes: expression.length, limit: MAX_EXPRESSION },
  );
}
