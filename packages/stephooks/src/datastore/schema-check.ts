import type { JsonObject } from "@stephooks/core";
import type { ErrorObject } from "ajv";
import { StephooksError } from "../stephooks-error.ts";
import type { Document } from "./document.ts";

type Check = (document: Document) => readonly ErrorObject[];

const checks = new Map<string, Promise<Check>>();

/** Schemas compiled at once. */
const MAX_CHECKS = 100;

/**
 * Checks a document, without its `_id` and `_ttl`, against a JSON Schema (draft 7 or 2020-12).
 *
 * @throws StephooksError `schema-mismatch` with the findings in `schemaError`.
 */
export async function assertSchema(collection: string, schema: JsonObject, document: Document): Promise<void> {
  const { _id, _ttl, ...content } = document;
  const findings = (await checkFor(collection, schema))(content);
  if (findings.length === 0) return;
  const texts = findings.map(({ instancePath, message }) => `${instancePath || "document"} ${message ?? "is wrong"}`);
  throw Object.assign(
    new StephooksError(
      "schema-mismatch",
      `The document does not match the schema of "${collection}": ${texts.join("; ")}.`,
      {
        collection,
      },
    ),
    { schemaError: findings.map(({ instancePath, keyword, message }) => ({ instancePath, keyword, message })) },
  );
}

/** Compiles a schema. @throws StephooksError `invalid-schema`. */
export async function checkFor(collection: string, schema: JsonObject): Promise<Check> {
  const text = JSON.stringify(schema);
  const known = checks.get(text);
  if (known) return known;
  if (checks.size >= MAX_CHECKS) checks.clear();
  const check = compiled(collection, schema);
  checks.set(text, check);
  check.catch(() => checks.delete(text));
  return check;
}

async function compiled(collection: string, schema: JsonObject): Promise<Check> {
  const { compileSchema } = await import("./schema-compiler.ts");
  try {
    const validate = compileSchema(schema);
    return (document) => (validate(document) ? [] : (validate.errors ?? []));
  } catch (error) {
    throw new StephooksError(
      "invalid-schema",
      `The JSON Schema of "${collection}" cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
      { collection },
      { cause: error },
    );
  }
}
