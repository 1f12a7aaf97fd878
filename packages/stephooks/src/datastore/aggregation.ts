import { isRecord } from "@stephooks/core";
import { counted } from "../host/invocation-scope.ts";
import { StephooksError } from "../stephooks-error.ts";
import type { Document } from "./document.ts";

/** A field, or a field whose results go under another name. */
export type AggregateField = string | { readonly $field: string; readonly $label?: string };

/** What is computed, of all documents or of each group. */
export interface AggregateSpec {
  readonly $sum?: AggregateField | readonly AggregateField[];
  readonly $avg?: AggregateField | readonly AggregateField[];
  readonly $min?: AggregateField | readonly AggregateField[];
  readonly $max?: AggregateField | readonly AggregateField[];
  readonly $group?: AggregateGroup | readonly AggregateGroup[];
}

export interface AggregateGroup extends AggregateSpec {
  readonly $field: string;
  readonly $label?: string;
}

const measures = ["$sum", "$avg", "$min", "$max"] as const;
type Measure = (typeof measures)[number];

/** Groups within groups. */
const MAX_DEPTH = 5;

interface Field {
  readonly path: readonly string[];
  readonly label: string;
}

interface Plan {
  readonly fields: readonly (Field & { readonly measure: Measure })[];
  readonly groups: readonly (Field & { readonly name: string; readonly plan: Plan })[];
}

/**
 * Counts, adds up and groups documents as they come: `{ count, <label>: { sum, avg, sum_total, min, max },
 * <group>: { <key>: { count, … } } }`. Documents without a number at a field do not take part in its sum and average;
 * texts that are numbers do. Keys of groups that are not texts stand in parentheses.
 *
 * @throws StephooksError `invalid-argument`, and what the stream fails with.
 */
export function aggregation(
  documents: AsyncIterable<Document> | Iterable<Document>,
  spec: AggregateSpec,
): Promise<Document> {
  return counted(async () => {
    const plan = planOf(spec, 1);
    const tally = new Tally(plan);
    for await (const document of documents) tally.add(document);
    return tally.result();
  });
}

/** What has come together so far, of all documents or of one group. */
class Tally {
  readonly #plan: Plan;
  readonly #sums = new Map<string, { total: number; count: number }>();
  readonly #ends = new Map<string, unknown>();
  readonly #groups = new Map<string, Map<string, Tally>>();
  #count = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  add(document: Document): void {
    this.#count += 1;
    for (const { label, measure, path } of this.#plan.fields) this.#measure(measure, label, valueAt(document, path));
    for (const { label, name, path, plan } of this.#plan.groups) {
      const members = this.#groups.get(label) ?? new Map<string, Tally>();
      this.#groups.set(label, members);
      const key = groupKey(valueAt(document, path), name);
      const member = members.get(key) ?? new Tally(plan);
      members.set(key, member);
      member.add(document);
    }
  }

  result(): Document {
    const labels = new Map<string, Record<string, unknown>>();
    for (const { label, measure } of this.#plan.fields) {
      const found = this.#resultOf(measure, label);
      if (found) labels.set(label, { ...labels.get(label), ...found });
    }
    const groups = [...this.#groups].map(([label, members]) => [
      label,
      Object.fromEntries([...members].map(([key, member]) => [key, member.result()])),
    ]);
    // fromEntries makes own keys of names such as __proto__.
    return Object.fromEntries([["count", this.#count], ...labels, ...groups]);
  }

  #measure(measure: Measure, label: string, value: unknown): void {
    const key = `${measure} ${label}`;
    if (measure === "$sum" || measure === "$avg") {
      const number = numberOf(value);
      if (number === undefined) return;
      const { count, total } = this.#sums.get(key) ?? { total: 0, count: 0 };
      this.#sums.set(key, { total: total + number, count: count + 1 });
      return;
    }
    if (typeof value !== "number" && typeof value !== "string") return;
    const end = this.#ends.get(key);
    const isFurther =
      typeof end === "number" && typeof value === "number"
        ? (measure === "$min") === value < end
        : typeof end === "string" && typeof value === "string" && (measure === "$min") === value < end;
    if (end === undefined || isFurther) this.#ends.set(key, value);
  }

  #resultOf(measure: Measure, label: string): Record<string, unknown> | undefined {
    const key = `${measure} ${label}`;
    const sum = this.#sums.get(key);
    if (measure === "$sum") return sum && { sum: sum.total };
    if (measure === "$avg") return sum && { avg: sum.total / sum.count, sum_total: sum.total };
    return this.#ends.has(key) ? { [measure.slice(1)]: this.#ends.get(key) } : undefined;
  }
}

function planOf(spec: unknown, depth: number): Plan {
  if (!isRecord(spec)) throw invalid("A specification is an object, such as { $sum: 'price' }.");
  if (depth > MAX_DEPTH) throw invalid(`Groups nest at most ${MAX_DEPTH} levels.`);
  const unknown = Object.keys(spec).find((key) => ![...measures, "$group", "$field", "$label"].includes(key));
  if (unknown !== undefined) throw invalid(`There is no "${unknown}". Use ${measures.join(", ")} and $group.`);
  return {
    fields: measures.flatMap((measure) => listOf(spec[measure]).map((given) => ({ ...fieldOf(given), measure }))),
    groups: listOf(spec["$group"]).map((given) => {
      const field = fieldOf(given);
      return { ...field, name: field.path.join("."), plan: planOf(given, depth + 1) };
    }),
  };
}

function fieldOf(given: unknown): Field {
  const field: unknown = isRecord(given) ? given["$field"] : given;
  const label: unknown = isRecord(given) ? (given["$label"] ?? field) : field;
  if (typeof field !== "string" || typeof label !== "string" || field === "") {
    throw invalid("A field is a name, or { $field: 'price', $label: 'total' }.");
  }
  return { path: field.split("."), label };
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function valueAt(document: Document, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    document,
  );
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** codehooks' names for keys that are no texts. */
function groupKey(value: unknown, field: string): string {
  if (value === undefined || value === null || value === "") return `**MISSING KEY [${field}]`;
  if (typeof value === "string") return value;
  return `(${JSON.stringify(value)})`;
}

function invalid(message: string): StephooksError {
  return new StephooksError("invalid-argument", message);
}
