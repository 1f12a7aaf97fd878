/**
 * What JSON allows and a queue may not: SQS refuses U+FFFE and U+FFFF, and brokers that look at UTF-16 units refuse every
 * code point above them. In JSON such a character is equal to its escapes.
 */
const REFUSED = /[\uD800-\uDFFF\uFFFE\uFFFF]/g;

/** The same JSON, in characters that every queue takes. */
export function queueText(json: string): string {
  // Few messages hold one, and looking for it costs much less than replacing none.
  if (json.search(REFUSED) < 0) return json;
  return json.replace(REFUSED, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}
