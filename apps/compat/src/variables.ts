import { isRecord } from "@stephooks/core";

export type Variables = ReadonlyMap<string, string>;

/** Puts values in the place of `{{name}}`, in texts at any depth. A name without a value stays. */
export function filled<Value>(value: Value, variables: Variables): Value;
export function filled(value: unknown, variables: Variables): unknown {
  if (typeof value === "string") {
    return value.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => variables.get(name) ?? whole);
  }
  if (Array.isArray(value)) return value.map((item: unknown) => filled(item, variables));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, variables)]));
}

/** What `save` names in an answer: a path into its JSON, or `header:<name> <regex with one group>`. */
export function savedValue(source: string, text: string, headers: Headers): string {
  const [, name = "", pattern = ""] = /^header:(\S+) (.*)$/.exec(source) ?? [];
  if (name !== "") return new RegExp(pattern).exec(headers.get(name) ?? "")?.[1] ?? missing(source);
  let value: unknown = JSON.parse(text);
  for (const key of source.split("."))
    value = isRecord(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined;
  return typeof value === "string" || typeof value === "number" ? String(value) : missing(source);
}

function missing(source: string): never {
  throw new Error(`the answer has nothing to save at ${source}`);
}
