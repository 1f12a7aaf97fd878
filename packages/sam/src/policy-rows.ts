import { isRecord } from "@stephooks/core";

/** One line of "function × action × resource". */
export interface PolicyRow {
  /** Logical id of the resource whose policy says so: a role, or what has a policy of its own. */
  readonly id: string;
  readonly effect: string;
  /** Such as `dynamodb:GetItem`. */
  readonly action: string;
  /** Such as `Table.Arn`; `-` where a policy names none, as the trust of a role. */
  readonly resource: string;
}

/** Every statement of every resource, an action and a resource a row. */
export function policyRows(resources: Readonly<Record<string, unknown>>): readonly PolicyRow[] {
  return Object.entries(resources).flatMap(([id, resource]) => statementsIn(id, resource));
}

/** Every statement with an effect at any depth, so that none is missed where nobody expects one. */
function statementsIn(id: string, value: unknown): readonly PolicyRow[] {
  if (Array.isArray(value)) return value.flatMap((part) => statementsIn(id, part));
  if (!isRecord(value)) return [];
  const { Effect: effect } = value;
  if (typeof effect !== "string") return Object.values(value).flatMap((part) => statementsIn(id, part));
  const resources = value["Resource"] === undefined ? ["-"] : [value["Resource"]].flat().map(target);
  return [value["Action"]]
    .flat()
    .flatMap((action) => resources.map((resource) => ({ id, effect, action: String(action), resource })));
}

/** `Table.Arn`, `Table.Arn/index/list`, or the ARN itself. */
function target(resource: unknown): string {
  if (typeof resource === "string") return resource;
  if (!isRecord(resource)) return JSON.stringify(resource);
  const { "Fn::GetAtt": attribute, "Fn::Sub": text } = resource;
  if (Array.isArray(attribute)) return attribute.join(".");
  return typeof text === "string" ? text.replaceAll(/\$\{([^}]+)\}/g, "$1") : JSON.stringify(resource);
}
