/** A value of a URL as it stands in a filter: a moment or a pattern is an object of operators. */
export type UrlValue = string | number | boolean | { readonly $date: string } | UrlPattern;

export interface UrlPattern {
  readonly $regex: string;
  readonly $options: string;
}

/** A day or a month, or a moment with its zone. A bare year is a number. */
const isoDate = /^\d{4}-\d{2}(-\d{2})?(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * What a text of a URL means: `true`, `false`, a number, an ISO date, `/pattern/` with the flags i, m and s; anything
 * else is a text, and so is whatever stands in quotes. A number that JavaScript cannot hold exactly stays a text.
 */
export function urlValue(text: string): UrlValue {
  const [, source, flags = ""] = /^\/(.*)\/([ims]*)$/s.exec(text) ?? [];
  if (source !== undefined && source !== "") return { $regex: source, $options: flags };
  const quote = text.charAt(0);
  if (text.length >= 2 && (quote === '"' || quote === "'") && text.endsWith(quote)) return text.slice(1, -1);
  if (text === "true" || text === "false") return text === "true";
  if (isoDate.test(text) && !Number.isNaN(Date.parse(text))) return { $date: text };
  return numberOf(text) ?? text;
}

/** The values of a list with commas. Commas in quotes and patterns do not separate. */
export function urlValues(text: string): readonly UrlValue[] {
  const parts = text.match(/"[^"]*"(?=,|$)|'[^']*'(?=,|$)|\/[^/]*\/[ims]*(?=,|$)|[^,]+/g) ?? [];
  return parts.map(urlValue);
}

export function isUrlPattern(value: UrlValue): value is UrlPattern {
  return typeof value === "object" && "$regex" in value;
}

function numberOf(text: string): number | undefined {
  if (text.trim() === "") return undefined;
  const number = Number(text);
  const isExact = Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
  return isExact ? number : undefined;
}
