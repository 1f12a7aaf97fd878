import { isRecord, type JsonObject } from "@stephooks/core";
import { yupSchema } from "./yup-schema.ts";
import { defOf, zod3Schema } from "./zod3-schema.ts";

/** A JSON Schema of another kind than data: what a library's schema accepts, as far as it can be told. */
export function librarySchema(schema: unknown): JsonObject | undefined {
  const told = tellers.map((tell) => tell(schema)).find((made) => made !== undefined);
  if (told === undefined) return undefined;
  try {
    return jsonOf(told());
  } catch {
    // What it accepts cannot be said in a JSON Schema. The route judges it all the same.
    return {};
  }
}

type Tell = () => unknown;

/** How each kind of library tells, in the order they are tried: what makes its own JSON Schema knows best. */
const tellers: readonly ((schema: unknown) => Tell | undefined)[] = [
  (schema) => {
    const make = method(schema, "toJSONSchema");
    return make && (() => make({ target: "draft-7", io: "input", unrepresentable: "any", override: datesAsText }));
  },
  (schema) => {
    const standard = isObject(schema) ? schema["~standard"] : undefined;
    const make = isObject(standard) ? method(standard["jsonSchema"], "input") : undefined;
    return make && (() => make({ target: "draft-07" }));
  },
  (schema) => (defOf(schema) === undefined ? undefined : () => zod3Schema(schema)),
  (schema) => {
    const describe = method(schema, "cast") && method(schema, "describe");
    return describe && (() => yupSchema(describe()));
  },
  // It judges, and that is all that is known of it.
  (schema) => (isLibrarys(schema) ? () => ({}) : undefined),
];

/** Of zod 4, which has no JSON Schema for dates: they are sent as text, and `z.coerce.date()` reads it. */
function datesAsText(given: unknown): void {
  if (!isObject(given) || !isObject(given["zodSchema"])) return;
  const { jsonSchema, zodSchema } = given;
  const zod: unknown = zodSchema["_zod"];
  const def: unknown = isObject(zod) ? zod["def"] : undefined;
  if (isObject(def) && def["type"] === "date" && isObject(jsonSchema)) {
    Object.assign(jsonSchema, { type: "string", format: "date-time" });
  }
}

function isLibrarys(schema: unknown): boolean {
  const judges = [method(schema, "safeParse"), method(schema, "validate")];
  const standard = isObject(schema) ? method(schema["~standard"], "validate") : undefined;
  return [...judges, standard].some((found) => found !== undefined);
}

function method(holder: unknown, name: string): ((...args: readonly unknown[]) => unknown) | undefined {
  const found = isObject(holder) ? holder[name] : undefined;
  if (typeof found !== "function") return undefined;
  return (...args) => Reflect.apply(found, holder, args);
}

function jsonOf(given: unknown): JsonObject {
  const plain: unknown = JSON.parse(JSON.stringify(given) ?? "{}");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object that JSON.parse made holds JSON
  return isRecord(plain) ? (plain as JsonObject) : {};
}

/** Schemas are instances of classes, and of some libraries functions. */
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
