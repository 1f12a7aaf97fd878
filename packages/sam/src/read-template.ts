import { type AppManifest, isRecord } from "@stephooks/core";
import { parseDocument, type ScalarTag } from "yaml";
import { readManifestText } from "./manifest-text.ts";
import { SamError } from "./sam-error.ts";

/** What tools compare of a template that is deployed. */
export interface ReadTemplate {
  /** Resources by logical id, intrinsic functions in their long form. */
  readonly resources: Readonly<Record<string, { readonly type: string; readonly properties: Facts }>>;
  /** Parameters by name, such as `{ Type, Default }`. */
  readonly parameters: Readonly<Record<string, Facts>>;
  /** Names of environment variables the stage has of its own. */
  readonly variables: readonly string[];
  /** Absent when another tool, or an older version, made the template. */
  readonly manifest?: AppManifest;
}

type Facts = Readonly<Record<string, unknown>>;

/** The short forms of intrinsic functions, as CloudFormation's own tools read them. */
const customTags: ScalarTag[] = [
  { tag: "!Ref", resolve: (id) => ({ Ref: id }) },
  { tag: "!Sub", resolve: (text) => ({ "Fn::Sub": text }) },
  { tag: "!GetAtt", resolve: (path) => ({ "Fn::GetAtt": [path.split(".")[0], path.slice(path.indexOf(".") + 1)] }) },
];

/**
 * Reads a template that `renderTemplate` made: also in the form in which `sam deploy` or CloudFormation keep it.
 *
 * @throws SamError `bad-template` for what is no template.
 */
export function readTemplate(text: string): ReadTemplate {
  const document = parseDocument(text, { schema: "yaml-1.1", customTags });
  const [broken] = document.errors;
  const template: unknown = broken === undefined ? document.toJS() : undefined;
  if (!isRecord(template) || !isRecord(template["Resources"])) {
    const reason = broken === undefined ? "" : ` (${broken.message})`;
    throw new SamError("bad-template", `The deployed template cannot be read${reason}. Is it a stack of stephooks?`);
  }
  const { Metadata: metadata, Parameters: parameters, Resources: resources } = template;
  const own = isRecord(metadata) && isRecord(metadata["Stephooks"]) ? metadata["Stephooks"] : {};
  const manifest = readManifestText(own["Manifest"]);
  return {
    resources: Object.fromEntries(Object.entries(resources).map(([id, resource]) => [id, readResource(resource)])),
    parameters: Object.fromEntries(
      Object.entries(isRecord(parameters) ? parameters : {}).map(([id, facts]) => [id, isRecord(facts) ? facts : {}]),
    ),
    variables: Array.isArray(own["Variables"]) ? own["Variables"].filter((name) => typeof name === "string") : [],
    ...(manifest === undefined ? {} : { manifest }),
  };
}

function readResource(resource: unknown): { readonly type: string; readonly properties: Facts } {
  if (!isRecord(resource)) return { type: "", properties: {} };
  const { Properties: properties, Type: type } = resource;
  return { type: String(type), properties: isRecord(properties) ? properties : {} };
}
