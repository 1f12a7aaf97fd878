import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { JsonObject } from "@stephooks/core";

/**
 * Compiles a JSON Schema, draft 7 or 2020-12 by its `$schema`. Throws what Ajv throws for one it cannot use.
 *
 * This module is the one that is imported when it is first needed: a bundler gives a dynamically imported CommonJS
 * package its default export only, so the packages themselves must be imported here and by name.
 */
export function compileSchema(schema: JsonObject): ValidateFunction {
  const { $schema } = schema;
  const isNew = typeof $schema === "string" && $schema.includes("2020-12");
  const ajv = isNew ? new Ajv2020({ strict: false, logger: false }) : new Ajv({ strict: false, logger: false });
  formats.default(ajv);
  return ajv.compile(schema);
}
