import { isRecord } from "@stephooks/core";
import type { SamTemplate } from "../src/index.ts";

/** Who may do what on which resource: `Role Effect action Resource.Attribute`. */
export function policyTable(template: SamTemplate): string[] {
  return Object.entries(template.Resources).flatMap(([id, resource]) =>
    statementsIn(resource.Properties).map((row) => `${id} ${row}`),
  );
}

/** Every statement with an effect at any depth, so that none is missed where nobody expects one. */
function statementsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (!isRecord(value)) return [];
  if (typeof value["Effect"] !== "string") return Object.values(value).flatMap(statementsIn);
  const actions = [value["Action"]].flat();
  return actions.map((action) => `${String(value["Effect"])} ${String(action)} ${target(value["Resource"])}`);
}

function target(resource: unknown): string {
  if (resource === undefined) return "-";
  if (typeof resource === "string") return resource;
  if (isRecord(resource) && Array.isArray(resource["Fn::GetAtt"])) return resource["Fn::GetAtt"].join(".");
  return JSON.stringify(resource);
}
