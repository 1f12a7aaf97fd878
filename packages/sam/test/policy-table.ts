import { policyRows, type SamTemplate } from "../src/index.ts";

/** Who may do what on which resource: `Role Effect action Resource.Attribute`. */
export function policyTable({ Resources }: SamTemplate): string[] {
  return policyRows(Resources).map(({ action, effect, id, resource }) => `${id} ${effect} ${action} ${resource}`);
}
