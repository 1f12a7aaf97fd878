import { isRecord } from "@stephooks/core";
import { parse, YAMLParseError } from "yaml";
import { SamError } from "./sam-error.ts";
import type { TemplateValue } from "./sam-template.ts";

/** What is read of a template, intrinsic functions in their long form. */
export interface ParsedTemplate {
  readonly Parameters: Readonly<Record<string, Readonly<Record<string, TemplateValue>>>>;
  readonly Globals: Readonly<Record<string, Readonly<Record<string, TemplateValue>>>>;
  readonly Resources: Readonly<Record<string, ParsedResource>>;
}

export interface ParsedResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties: Readonly<Record<string, TemplateValue>>;
}

/** Reads what `renderTemplate` wrote. @throws SamError `bad-template`. */
export function parseTemplate(text: string): ParsedTemplate {
  const template = read(text);
  if (isTemplate(template))
    return { ...template, Parameters: template.Parameters ?? {}, Globals: template.Globals ?? {} };
  throw new SamError("bad-template", "This is no SAM template with resources. Render it again: stephooks build.");
}

/** The short forms in use: `!GetAtt Table.Arn` is `{ "Fn::GetAtt": ["Table", "Arn"] }`. */
const shortForms = [
  { tag: "!Ref", resolve: (id: string) => ({ Ref: id }) },
  { tag: "!Sub", resolve: (pattern: string) => ({ "Fn::Sub": pattern }) },
  { tag: "!GetAtt", resolve: (path: string) => ({ "Fn::GetAtt": path.split(".") }) },
];

function read(text: string): unknown {
  try {
    const template: unknown = parse(text, { schema: "yaml-1.1", customTags: (tags) => [...tags, ...shortForms] });
    return template;
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause;
    throw new SamError("bad-template", `The template is no YAML: ${cause.message} Render it again.`, {}, { cause });
  }
}

function isTemplate(value: unknown): value is Pick<ParsedTemplate, "Resources"> & Partial<ParsedTemplate> {
  if (!isRecord(value) || !isRecord(value["Resources"])) return false;
  return Object.values(value["Resources"]).every((resource) => isRecord(resource) && isRecord(resource["Properties"]));
}
