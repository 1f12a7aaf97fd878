/** A value of a template, intrinsic functions in their long form. */
export type TemplateValue =
  | string
  | number
  | boolean
  | readonly TemplateValue[]
  | { readonly [key: string]: TemplateValue };

export interface TemplateResource {
  readonly Type: string;
  /** Made only when this condition holds. */
  readonly Condition?: string;
  /** `RetainExceptOnCreate` keeps what a stack leaves, and not what a failed first deployment had made a moment before. */
  readonly DeletionPolicy?: "RetainExceptOnCreate";
  readonly UpdateReplacePolicy?: "Retain";
  readonly Properties: { readonly [name: string]: TemplateValue };
}

/** Resources by logical id. */
export type TemplateResources = { readonly [id: string]: TemplateResource };

/** A SAM template as plain data: `JSON.stringify` of it is a template too. */
export interface SamTemplate {
  readonly AWSTemplateFormatVersion: "2010-09-09";
  readonly Transform: "AWS::Serverless-2016-10-31";
  readonly Description: string;
  /** What tools compare a build with. */
  readonly Metadata: {
    readonly Stephooks: { readonly Manifest: string; readonly Variables: readonly string[] };
  };
  readonly Parameters: { readonly [id: string]: { readonly [name: string]: TemplateValue } };
  readonly Conditions: { readonly [id: string]: TemplateValue };
  readonly Globals: { readonly [section: string]: TemplateValue };
  readonly Resources: TemplateResources;
  readonly Outputs: {
    readonly [id: string]: { readonly Description: string; readonly Condition?: string; readonly Value: TemplateValue };
  };
}
