import { StephooksError } from "../stephooks-error.ts";
import type { QueryValue } from "./http-request.ts";

/** The most fields of a query or form accepted. */
const maxFields = 1000;

/** A key that names a prototype, however libraries that nest keys would split it. */
const unsafe = /(?:^|[.:[\]])(?:__proto__|constructor[.:[\]]+prototype)(?:$|[.:[\]])/;

/**
 * Decoded fields of a query or an urlencoded form, as an object without a prototype; a repeated key becomes an array.
 * Throws `too-many-fields`, or `unsafe-key` for a key that a library further on could take for a prototype.
 */
export function fieldsOf(text: string, what: "query" | "form"): Record<string, QueryValue | undefined> {
  const fields: Record<string, QueryValue | undefined> = Object.create(null);
  if (text === "") return fields;
  assertFew(text, what);
  // URLSearchParams takes one question mark off the front, which in a form is part of a name.
  for (const [key, value] of new URLSearchParams(what === "form" ? `?${text}` : text)) {
    if (unsafe.test(key)) throw new StephooksError("unsafe-key", `The ${what} has a field that names a prototype.`);
    const earlier = fields[key];
    if (earlier === undefined) fields[key] = value;
    else if (typeof earlier === "string") fields[key] = [earlier, value];
    else earlier.push(value);
  }
  return fields;
}

function assertFew(text: string, what: "query" | "form"): void {
  let separators = 0;
  for (let at = text.indexOf("&"); at !== -1; at = text.indexOf("&", at + 1)) separators += 1;
  if (separators < maxFields) return;
  throw new StephooksError("too-many-fields", `The ${what} has more than ${maxFields} fields.`);
}
