import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import { isRecord } from "@stephooks/core";

const spec = loadAwsServiceSpecSync();

function specified(type: string) {
  return spec.lookup("resource", "cloudFormationType", "equals", type)[0];
}

type Properties = NonNullable<ReturnType<typeof specified>>["properties"];
type PropertyType = Properties[string]["type"];

/**
 * What CloudFormation's resource schema says against a resource: unknown and missing properties, values of the wrong
 * type. An intrinsic function may stand for any value.
 */
export function schemaFindings(type: string, properties: unknown): string[] {
  const resource = specified(type);
  return resource === undefined ? [`${type} is unknown`] : objectFindings(type, resource.properties, properties);
}

function objectFindings(path: string, known: Properties, value: unknown): string[] {
  if (!isRecord(value)) return [`${path} is not an object`];
  const missing = Object.keys(known).filter((name) => known[name]?.required === true && !Object.hasOwn(value, name));
  return [
    ...missing.map((name) => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, part]) => {
      const property = Object.hasOwn(known, name) ? known[name] : undefined;
      return property === undefined ? [`${path}.${name} is unknown`] : findings(`${path}.${name}`, property.type, part);
    }),
  ];
}

function findings(path: string, type: PropertyType, value: unknown): string[] {
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case "array":
      if (!Array.isArray(value)) return [`${path} is not a list`];
      return value.flatMap((part, index) => findings(`${path}[${index}]`, type.element, part));
    case "map":
      if (!isRecord(value)) return [`${path} is not an object`];
      return Object.entries(value).flatMap(([name, part]) => findings(`${path}.${name}`, type.element, part));
    case "ref":
      return objectFindings(path, spec.get("typeDefinition", type.reference).properties, value);
    case "union": {
      // "A list of key elements, or any JSON": the service is lenient, this check takes the proper type.
      const structured = type.types.filter((option) => ["array", "map", "ref"].includes(option.type));
      const options = structured.length > 0 ? structured : type.types;
      const all = options.map((option) => findings(path, option, value));
      return all.some((list) => list.length === 0) ? [] : (all[0] ?? []);
    }
    case "tag":
      return isRecord(value) && typeof value["Key"] === "string" ? [] : [`${path} is not a tag`];
    case "json":
      return isRecord(value) || typeof value === "string" ? [] : [`${path} is not JSON`];
    case "string":
    case "date-time":
      if (typeof value !== "string") return [`${path} is not text`];
      if (!("allowedValues" in type) || type.allowedValues === undefined) return [];
      return type.allowedValues.includes(value) ? [] : [`${path} is ${value}`];
    case "integer":
      return Number.isInteger(value) ? [] : [`${path} is not a whole number`];
    case "number":
      return typeof value === "number" ? [] : [`${path} is not a number`];
    case "boolean":
      return typeof value === "boolean" ? [] : [`${path} is not a boolean`];
    case "null":
      return value === null ? [] : [`${path} is not null`];
  }
}

function isIntrinsic(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const [name, ...others] = Object.keys(value);
  return others.length === 0 && (name === "Ref" || name?.startsWith("Fn::") === true);
}
