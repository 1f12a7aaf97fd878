import { isRecord } from "@stephooks/core";
import type { TemplateValue } from "@stephooks/sam";
import { LocalError } from "../local-error.ts";

/** What stands for a resource in CloudFormation: its `Ref`, and attributes for `Fn::GetAtt`. */
export interface ResourceValues {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What references lead to. */
export interface References {
  /** Values of parameters, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** By logical id. */
  readonly resources: Readonly<Record<string, ResourceValues>>;
}

/**
 * A scalar of a template as text, `Ref` and `Fn::GetAtt` resolved.
 *
 * @throws LocalError `bad-template` for a reference that leads nowhere, or another function.
 */
export function resolveValue(value: TemplateValue, { parameters, resources }: References): string {
  if (typeof value !== "object") return String(value);
  const [name, argument] = isRecord(value) ? (Object.entries(value)[0] ?? []) : [];
  if (name === "Ref" && typeof argument === "string") {
    const found = parameters[argument] ?? resources[argument]?.ref;
    if (found !== undefined) return found;
  }
  if (name === "Fn::GetAtt" && Array.isArray(argument)) {
    const [id, attribute] = argument.map(String);
    const found = resources[id ?? ""]?.attributes[attribute ?? ""];
    if (found !== undefined) return found;
  }
  const text = JSON.stringify(value);
  throw new LocalError("bad-template", `The template's ${text} cannot be resolved here. Render it again.`, {
    value: text,
  });
}
