import { isRecord, type JsonObject } from "@stephooks/core";

/**
 * A JSON Schema of a schema of zod 3, which tells of itself by `_def` only (zod 4 makes its own). It is of what is sent:
 * a field with a default may be left out. What is not known here may be anything.
 */
export function zod3Schema(schema: unknown): JsonObject {
  const def = defOf(schema);
  if (def === undefined) return {};
  const { description } = def;
  return { ...typed(def), ...(typeof description === "string" ? { description } : {}) };
}

/** The inside of a schema of zod 3; undefined for anything else. */
export function defOf(schema: unknown): Def | undefined {
  const def: unknown = isObject(schema) ? schema["_def"] : undefined;
  return isObject(def) && typeof def["typeName"] === "string" ? def : undefined;
}

type Def = Readonly<Record<string, unknown>>;

/** Where a definition says nothing that a schema could. */
const anything: JsonObject = {};

const converters: Readonly<Record<string, (def: Def) => JsonObject>> = {
  ZodString: (def) => ({ type: "string", ...checked(def, textChecks) }),
  ZodNumber: (def) => ({ type: "number", ...checked(def, numberChecks) }),
  ZodBigInt: () => ({ type: "integer" }),
  ZodBoolean: () => ({ type: "boolean" }),
  ZodDate: () => ({ type: "string", format: "date-time" }),
  ZodNull: () => ({ type: "null" }),
  ZodLiteral: ({ value }) => (isPlain(value) ? { const: value } : anything),
  ZodEnum: ({ values }) => (Array.isArray(values) ? { type: "string", enum: values.filter(isPlain) } : anything),
  ZodNativeEnum: ({ values }) => (isRecord(values) ? { enum: nativeValues(values) } : anything),
  ZodObject: objectOf,
  ZodArray: arrayOf,
  ZodSet: ({ valueType }) => ({ type: "array", items: zod3Schema(valueType), uniqueItems: true }),
  ZodTuple: ({ items }) => ({ type: "array", items: listOf(items).map(zod3Schema) }),
  ZodRecord: ({ valueType }) => ({ type: "object", additionalProperties: zod3Schema(valueType) }),
  ZodUnion: ({ options }) => ({ anyOf: listOf(options).map(zod3Schema) }),
  ZodDiscriminatedUnion: ({ options }) => ({ anyOf: listOf(options).map(zod3Schema) }),
  ZodIntersection: ({ left, right }) => ({ allOf: [zod3Schema(left), zod3Schema(right)] }),
  ZodOptional: inner,
  ZodReadonly: inner,
  ZodCatch: inner,
  ZodNullable: (def) => ({ anyOf: [inner(def), { type: "null" }] }),
  ZodDefault: (def) => ({ ...inner(def), ...presetOf(def) }),
  ZodEffects: ({ schema }) => zod3Schema(schema),
  ZodBranded: ({ type }) => zod3Schema(type),
  ZodPipeline: ({ in: sent }) => zod3Schema(sent),
};

function typed(def: Def): JsonObject {
  return converters[String(def["typeName"])]?.(def) ?? {};
}

function inner({ innerType }: Def): JsonObject {
  return zod3Schema(innerType);
}

function presetOf({ defaultValue }: Def): JsonObject {
  const value: unknown = typeof defaultValue === "function" ? Reflect.apply(defaultValue, undefined, []) : undefined;
  return isPlain(value) ? { default: value } : {};
}

function objectOf({ shape, unknownKeys }: Def): JsonObject {
  const made: unknown = typeof shape === "function" ? Reflect.apply(shape, undefined, []) : shape;
  const fields = isRecord(made) ? Object.entries(made) : [];
  return {
    type: "object",
    properties: Object.fromEntries(fields.map(([name, field]) => [name, zod3Schema(field)])),
    required: fields.filter(([, field]) => !mayBeAbsent(field)).map(([name]) => name),
    ...(unknownKeys === "strict" ? { additionalProperties: false } : {}),
  };
}

function mayBeAbsent(field: unknown): boolean {
  const isOptional: unknown = isObject(field) ? field["isOptional"] : undefined;
  return typeof isOptional === "function" && Reflect.apply(isOptional, field, []) === true;
}

function arrayOf({ exactLength, maxLength, minLength, type }: Def): JsonObject {
  const limit = (given: unknown): number | undefined =>
    isRecord(given) && typeof given["value"] === "number" ? given["value"] : undefined;
  const least = limit(exactLength) ?? limit(minLength);
  const most = limit(exactLength) ?? limit(maxLength);
  return {
    type: "array",
    items: zod3Schema(type),
    ...(least === undefined ? {} : { minItems: least }),
    ...(most === undefined ? {} : { maxItems: most }),
  };
}

type Check = (check: Def) => JsonObject;

const textChecks: Readonly<Record<string, Check>> = {
  min: ({ value }) => numeric("minLength", value),
  max: ({ value }) => numeric("maxLength", value),
  length: ({ value }) => ({ ...numeric("minLength", value), ...numeric("maxLength", value) }),
  email: () => ({ format: "email" }),
  url: () => ({ format: "uri" }),
  uuid: () => ({ format: "uuid" }),
  datetime: () => ({ format: "date-time" }),
  date: () => ({ format: "date" }),
  regex: ({ regex }) => (regex instanceof RegExp ? { pattern: regex.source } : anything),
};

const numberChecks: Readonly<Record<string, Check>> = {
  int: () => ({ type: "integer" }),
  min: ({ inclusive, value }) => numeric(inclusive === false ? "exclusiveMinimum" : "minimum", value),
  max: ({ inclusive, value }) => numeric(inclusive === false ? "exclusiveMaximum" : "maximum", value),
  multipleOf: ({ value }) => numeric("multipleOf", value),
};

function checked({ checks }: Def, known: Readonly<Record<string, Check>>): JsonObject {
  const found = listOf(checks)
    .filter(isObject)
    .map((check) => known[String(check["kind"])]?.(check) ?? {});
  return Object.assign({}, ...found);
}

function numeric(keyword: string, value: unknown): JsonObject {
  return typeof value === "number" ? { [keyword]: value } : {};
}

/** An enum of TypeScript whose values are numbers has their names as keys and as values. */
function nativeValues(values: Readonly<Record<string, unknown>>): (string | number | boolean)[] {
  const names = Object.keys(values).filter((key) => typeof values[String(values[key])] !== "number");
  return names.map((name) => values[name]).filter(isPlain);
}

function listOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [];
}

function isPlain(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
