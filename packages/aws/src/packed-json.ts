import type { JsonValue } from "@stephooks/core";

/** What a packed attribute holds; undefined for text that is not JSON. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

export function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

export function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
