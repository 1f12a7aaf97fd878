import { isRecord, type JsonObject, type JsonValue } from "@stephooks/core";

/** A JSON Schema of what `schema.describe()` of yup tells: types, limits, choices, fields. What it does not tell is left out. */
export function yupSchema(description: unknown): JsonObject {
  if (!isRecord(description)) return {};
  const { default: preset, label, meta, notOneOf, nullable, oneOf } = description;
  const about = isRecord(meta) && typeof meta["description"] === "string" ? meta["description"] : undefined;
  const choices = plainValues(oneOf);
  const excluded = plainValues(notOneOf);
  return {
    ...typed(description),
    ...(typeof label === "string" ? { title: label } : {}),
    ...(about === undefined ? {} : { description: about }),
    ...(choices.length > 0 ? { enum: [...choices] } : {}),
    ...(excluded.length > 0 ? { not: { enum: [...excluded] } } : {}),
    ...(nullable === true ? { nullable: true } : {}),
    // An object's own default is made of its fields', and a date's is the time of asking.
    ...(isPlain(preset) ? { default: preset } : {}),
  };
}

function typed(description: Readonly<Record<string, unknown>>): JsonObject {
  const limits = testsOf(description);
  switch (description["type"]) {
    case "string":
      return { type: "string", ...textLimits(limits) };
    case "number":
      return { type: limits.has("integer") ? "integer" : "number", ...numberLimits(limits) };
    case "boolean":
      return { type: "boolean" };
    case "date":
      return { type: "string", format: "date-time" };
    case "array":
      return { type: "array", items: yupSchema(description["innerType"]), ...itemLimits(limits) };
    case "tuple": {
      const inner: readonly unknown[] = Array.isArray(description["innerType"]) ? description["innerType"] : [];
      return { type: "array", items: inner.map(yupSchema), minItems: inner.length, maxItems: inner.length };
    }
    case "object":
      return objectOf(description, limits);
    default:
      return {};
  }
}

function objectOf(description: Readonly<Record<string, unknown>>, limits: Tests): JsonObject {
  const fields = isRecord(description["fields"]) ? Object.entries(description["fields"]) : [];
  return {
    type: "object",
    properties: Object.fromEntries(fields.map(([name, field]) => [name, yupSchema(field)])),
    required: fields.filter(([, field]) => isRequired(field)).map(([name]) => name),
    ...(limits.has("noUnknown") ? { additionalProperties: false } : {}),
  };
}

/** A field with a default may be left out of what is sent. */
function isRequired(field: unknown): boolean {
  return isRecord(field) && field["optional"] === false && field["default"] === undefined;
}

type Tests = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

function testsOf({ tests }: Readonly<Record<string, unknown>>): Tests {
  const given: readonly unknown[] = Array.isArray(tests) ? tests : [];
  return new Map(
    given
      .filter(isRecord)
      .map(({ name, params }) => [String(name), isRecord(params) ? params : {}] as const)
      // positive() and moreThan() are tests named min; so are the limits that include their bound.
      .map(([name, params]) => [bound(name, params), params] as const),
  );
}

function bound(name: string, params: Readonly<Record<string, unknown>>): string {
  if (name === "min" && "more" in params) return "more";
  return name === "max" && "less" in params ? "less" : name;
}

function textLimits(tests: Tests): JsonObject {
  const format = [...tests.keys()].flatMap((name) => formats.get(name) ?? [])[0];
  const pattern = tests.get("matches")?.["regex"];
  return {
    ...limit(tests, "min", "minLength"),
    ...limit(tests, "max", "maxLength"),
    ...both(tests, "minLength", "maxLength"),
    ...(format === undefined ? {} : { format }),
    ...(pattern instanceof RegExp ? { pattern: pattern.source } : {}),
  };
}

const formats: ReadonlyMap<string, string> = new Map([
  ["email", "email"],
  ["url", "uri"],
  ["uuid", "uuid"],
  ["datetime", "date-time"],
]);

function numberLimits(tests: Tests): JsonObject {
  const more = tests.get("more")?.["more"];
  const less = tests.get("less")?.["less"];
  return {
    ...limit(tests, "min", "minimum"),
    ...limit(tests, "max", "maximum"),
    ...(typeof more === "number" ? { exclusiveMinimum: more } : {}),
    ...(typeof less === "number" ? { exclusiveMaximum: less } : {}),
  };
}

function itemLimits(tests: Tests): JsonObject {
  return {
    ...limit(tests, "min", "minItems"),
    ...limit(tests, "max", "maxItems"),
    ...both(tests, "minItems", "maxItems"),
  };
}

function limit(tests: Tests, name: string, keyword: string): JsonObject {
  const value = tests.get(name)?.[name];
  return typeof value === "number" ? { [keyword]: value } : {};
}

/** `length(3)` is a limit on both sides. */
function both(tests: Tests, least: string, most: string): JsonObject {
  const value = tests.get("length")?.["length"];
  return typeof value === "number" ? { [least]: value, [most]: value } : {};
}

/** A reference to another field is known to yup only. */
function plainValues(given: unknown): readonly (string | number | boolean)[] {
  return Array.isArray(given) ? given.filter(isPlain) : [];
}

function isPlain(value: unknown): value is JsonValue & (string | number | boolean) {
  return ["string", "number", "boolean"].includes(typeof value);
}
