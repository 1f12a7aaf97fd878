import { type DocumentRange, type FieldValue, fieldValues, type JsonObject } from "@stephooks/core";

/** UTF-16 units of a text that are kept: at most 900 bytes of DynamoDB's 1,024 for a sort key. */
const KEPT_UNITS = 300;

/** Key of all documents with an array at the field. Text and numbers never have it. */
export const SEVERAL_KEY = "a";

/** The key of a document in the order of a declared field; undefined keeps it out of the order. */
export function fieldKey(document: JsonObject, field: string): string | undefined {
  const values = fieldValues(document, field);
  if (values === "none") return undefined;
  return values === "several" ? SEVERAL_KEY : keyOf(values.one);
}

/** First and last key of what a range may hold. Long texts are cut, so both ends may belong to more than the range. */
export function fieldKeyRange({ from, to }: DocumentRange<FieldValue>): {
  readonly first: string;
  readonly last: string;
} {
  const letter = letterOf(from ?? to ?? "");
  return {
    first: from === undefined ? letter : keyOf(from),
    last: to === undefined ? String.fromCharCode(letter.charCodeAt(0) + 1) : keyOf(to),
  };
}

function keyOf(value: FieldValue): string {
  return letterOf(value) + orderedText(value);
}

/** Types follow one another: booleans, numbers, texts. */
function letterOf(value: FieldValue): string {
  if (typeof value === "boolean") return "b";
  return typeof value === "number" ? "n" : "s";
}

function orderedText(value: FieldValue): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "number" ? orderedNumber(value) : value.slice(0, KEPT_UNITS).toWellFormed();
}

/** The bits of a double as hexadecimal whose order is that of the numbers: negative ones inverted, others signed. */
function orderedNumber(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value === 0 ? 0 : value);
  const bits = view.getBigUint64(0);
  const ordered = bits >> 63n === 1n ? ~bits & 0xffff_ffff_ffff_ffffn : bits | (1n << 63n);
  return ordered.toString(16).padStart(16, "0");
}
