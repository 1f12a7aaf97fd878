import { isRecord, type JsonObject, type JsonValue } from "@stephooks/core";
import type { ComponentNames } from "./component-names.ts";
import { librarySchema } from "./library-schema.ts";

/** Makes schemas of OpenAPI 3.0, which is an older relative of JSON Schema. */
export class SchemaWriter {
  readonly #names: ComponentNames;
  readonly #components: Record<string, JsonObject> = {};

  constructor(names: ComponentNames) {
    this.#names = names;
  }

  /** What schemas that refer to themselves, or have definitions of their own, need among the components. */
  get components(): Readonly<Record<string, JsonObject>> {
    return this.#components;
  }

  /** `name` is for a schema that refers to itself. */
  schema(given: unknown, name: string): JsonObject {
    const made = librarySchema(given) ?? this.#asData(given, name);
    if (!isRecord(made)) return made === false ? { not: {} } : {};
    const written = JSON.stringify(made);
    if (!/"\$ref":"#(?!\/components\/)/.test(written ?? "")) return this.#object(made, unreferenced);
    const own = this.#names.unused(name);
    const definitions = new Map(
      definitionsOf(made).map(([key, pointer]) => [pointer, this.#names.unused(`${own}_${key}`)]),
    );
    const refer: Refer = (ref) => referred(ref, own, definitions);
    this.#components[own] = this.#object(made, refer);
    for (const [keyword, key] of definitionsOf(made).map(([last, pointer]) => [pointer.split("/")[1], last] as const)) {
      const group: unknown = keyword === undefined ? undefined : made[keyword];
      const place = definitions.get(`#/${keyword}/${key}`);
      if (isRecord(group) && place !== undefined) this.#components[place] = this.#nested(group[key], refer);
    }
    return { $ref: `#/components/schemas/${own}` };
  }

  /** The same with schemas of libraries in it written out. */
  #asData(given: unknown, name: string): unknown {
    if (Array.isArray(given)) return given.map((one: unknown) => this.#asData(one, name));
    if (!isRecord(given)) return given;
    if (librarySchema(given) !== undefined) return this.schema(given, name);
    return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, this.#asData(value, name)]));
  }

  #nested(given: unknown, refer: Refer): JsonObject {
    if (given === false) return { not: {} };
    return isRecord(given) ? this.#object(given, refer) : {};
  }

  #object(given: Readonly<Record<string, unknown>>, refer: Refer): JsonObject {
    const { $ref } = given;
    if (typeof $ref === "string") return this.#reference(refer($ref), given, refer);
    const { either, nullable, type } = typesOf(given);
    const { nothing, parts } = alternatives(given);
    const isNullable = nullable || nothing;
    const schema: Record<string, JsonValue> = {
      ...plainKeywords(given),
      ...limits(given),
      ...(type === undefined ? {} : { type }),
      ...this.#children(given, refer),
    };
    const all = Object.entries(parts).map(([keyword, list]) => [keyword, list.map((one) => this.#nested(one, refer))]);
    Object.assign(schema, Object.fromEntries(all));
    if (either !== undefined) schema["anyOf"] ??= either.map((one) => ({ type: one }));
    if (schema["type"] === "array") schema["items"] ??= {};
    return isNullable ? asNullable(schema) : schema;
  }

  /** What stands beside a reference would not be read. */
  #reference(to: string, { $ref: _ref, ...beside }: Readonly<Record<string, unknown>>, refer: Refer): JsonObject {
    const rest = this.#object(beside, refer);
    return Object.keys(rest).length === 0 ? { $ref: to } : { ...rest, allOf: [{ $ref: to }] };
  }

  #children(given: Readonly<Record<string, unknown>>, refer: Refer): JsonObject {
    const { additionalProperties, items, not, patternProperties, prefixItems, properties } = given;
    const children: Record<string, JsonValue> = {};
    if (isRecord(properties)) {
      children["properties"] = Object.fromEntries(
        Object.entries(properties).map(([name, one]) => [name, this.#nested(one, refer)]),
      );
    }
    if (typeof additionalProperties === "boolean") {
      // Names that match a pattern are allowed all the same, which OpenAPI 3.0 has no words for.
      if (!isRecord(patternProperties)) children["additionalProperties"] = additionalProperties;
    } else if (additionalProperties !== undefined) {
      children["additionalProperties"] = this.#nested(additionalProperties, refer);
    }
    const tuple: unknown = prefixItems ?? items;
    if (Array.isArray(tuple)) {
      const each = tuple.map((one) => this.#nested(one, refer));
      children["items"] = each.length === 0 ? {} : { anyOf: each };
    } else if (items !== undefined) children["items"] = this.#nested(items, refer);
    if (not !== undefined) children["not"] = this.#nested(not, refer);
    return children;
  }
}

/** Where a reference leads in the document. */
type Refer = (ref: string) => string;

const unreferenced: Refer = (ref) => ref;

function referred(ref: string, own: string, definitions: ReadonlyMap<string, string>): string {
  if (!ref.startsWith("#") || ref.startsWith("#/components/")) return ref;
  const [group = "", key = "", ...deeper] = ref.slice(2).split("/");
  const definition = definitions.get(`#/${group}/${key}`);
  const rest = deeper.length === 0 ? "" : `/${deeper.join("/")}`;
  if (definition !== undefined) return `#/components/schemas/${definition}${rest}`;
  return `#/components/schemas/${own}${ref.slice(1)}`;
}

/** Names of definitions with the references that lead to them. */
function definitionsOf(schema: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  return ["$defs", "definitions"].flatMap((keyword) => {
    const group: unknown = schema[keyword];
    return isRecord(group) ? Object.keys(group).map((key) => [key, `#/${keyword}/${key}`] as const) : [];
  });
}

const textual = ["title", "description", "format", "pattern"];
const counts = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];
const switches = ["uniqueItems", "readOnly", "writeOnly", "deprecated", "nullable"];

/** What both languages say in the same words; anything else that a schema holds is left out. */
function plainKeywords(given: Readonly<Record<string, unknown>>): JsonObject {
  const isKnown = ([key, value]: readonly [string, unknown]): boolean => {
    if (textual.includes(key)) return typeof value === "string";
    if (counts.includes(key)) return Number.isInteger(value) && Number(value) >= 0;
    if (switches.includes(key)) return typeof value === "boolean";
    if (key === "enum") return Array.isArray(value) && value.length > 0;
    if (key === "multipleOf") return typeof value === "number" && value > 0;
    if (key === "discriminator") return isRecord(value) && typeof value["propertyName"] === "string";
    return key === "default" || key === "example" || key.startsWith("x-");
  };
  const { const: constant, examples, required } = given;
  const needed = Array.isArray(required) ? required.filter((name) => typeof name === "string") : [];
  const renamed = {
    ...(constant === undefined ? {} : { enum: [constant] }),
    ...(Array.isArray(examples) && examples.length > 0 ? { example: examples[0] as unknown } : {}),
    ...Object.fromEntries(Object.entries(given).filter(isKnown)),
    ...(needed.length > 0 ? { required: [...new Set(needed)] } : {}),
  };
  return JSON.parse(JSON.stringify(renamed));
}

/** JSON Schema has the limit that is not included as a number, OpenAPI 3.0 as a switch beside the other. */
function limits(given: Readonly<Record<string, unknown>>): JsonObject {
  return { ...limitOf(given, "minimum", "exclusiveMinimum"), ...limitOf(given, "maximum", "exclusiveMaximum") };
}

function limitOf(given: Readonly<Record<string, unknown>>, included: string, excluded: string): JsonObject {
  const [within, without] = [given[included], given[excluded]];
  if (typeof without === "number") return { [included]: without, [excluded]: true };
  if (typeof within !== "number") return {};
  return { [included]: within, ...(without === true ? { [excluded]: true } : {}) };
}

const types = ["string", "number", "integer", "boolean", "array", "object"];

/** `type` may be a list, and may be null: OpenAPI 3.0 has neither. */
function typesOf({ type }: Readonly<Record<string, unknown>>): {
  readonly type?: string;
  readonly either?: readonly string[];
  readonly nullable: boolean;
} {
  const given: readonly unknown[] = Array.isArray(type) ? type : [type];
  const known = types.filter((name) => given.includes(name));
  const nullable = given.includes("null");
  const [first] = known;
  if (known.length > 1) return { either: known, nullable };
  return { ...(first === undefined ? {} : { type: first }), nullable };
}

/** The schemas of which one, some or all must hold; null as one of them is the switch `nullable`. */
function alternatives(given: Readonly<Record<string, unknown>>): {
  readonly nothing: boolean;
  readonly parts: Readonly<Record<string, readonly unknown[]>>;
} {
  const isNull = (one: unknown): boolean => isRecord(one) && one["type"] === "null";
  const lists = ["anyOf", "oneOf", "allOf"].flatMap((keyword) => {
    const list: unknown = given[keyword];
    return Array.isArray(list) ? [[keyword, list as readonly unknown[]] as const] : [];
  });
  const parts = lists.map(([keyword, list]) => [keyword, list.filter((one) => !isNull(one))] as const);
  return {
    nothing: lists.some(([keyword, list]) => keyword !== "allOf" && list.some(isNull)),
    parts: Object.fromEntries(parts.filter(([, list]) => list.length > 0)),
  };
}

/** `nullable` counts beside a type only; a list of choices must name null, too. */
function asNullable(schema: Readonly<Record<string, JsonValue>>): JsonObject {
  const { enum: choices, ...rest } = schema;
  const single = rest["anyOf"];
  // Of two alternatives one was null: the other is the schema.
  if (Array.isArray(single) && single.length === 1 && isRecord(single[0])) {
    const { anyOf: _anyOf, ...beside } = rest;
    const { $ref } = single[0];
    return $ref === undefined
      ? { ...single[0], ...beside, nullable: true }
      : { ...beside, allOf: single, nullable: true };
  }
  const named: JsonObject = Array.isArray(choices)
    ? { enum: choices.includes(null) ? choices : [...choices, null] }
    : {};
  const isOnlyNull = ["type", "anyOf", "oneOf", "allOf"].every((keyword) => rest[keyword] === undefined);
  return { ...rest, ...named, ...(isOnlyNull && !choices ? { enum: [null] } : {}), nullable: true };
}
