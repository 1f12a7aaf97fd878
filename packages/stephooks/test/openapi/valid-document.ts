import { isRecord } from "@stephooks/core";
import { validate } from "@readme/openapi-parser";
import { expect } from "vitest";

/** An operation, or anything else of a document, by the keys that lead to it. */
export function at(document: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((found, key) => (isRecord(found) ? found[key] : undefined), document);
}

/** The keys of what the keys lead to. */
export function keysAt(document: unknown, ...keys: readonly string[]): readonly string[] {
  const found = at(document, ...keys);
  return isRecord(found) ? Object.keys(found) : [];
}

/** Asserts that a document holds to the schema of OpenAPI 3.0, and that its references lead somewhere. */
export async function expectValid(document: unknown): Promise<void> {
  expect(at(document, "openapi")).toBe("3.0.3");
  // The validator works on what it is given.
  const result = await validate(structuredClone(document) as Parameters<typeof validate>[0]);
  expect(result).toMatchObject({ valid: true });
}
