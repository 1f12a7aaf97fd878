import { ref } from "./intrinsic.ts";
import type { TemplateResource, TemplateResources, TemplateValue } from "./sam-template.ts";

/** What every resource is tagged with that costs something or holds data: bills and searches are by tag. */
const KEY = "stephooks:stack";

/** Types with a list of tags. The functions get theirs through SAM's globals. */
const listed: ReadonlySet<string> = new Set([
  "AWS::DynamoDB::Table",
  "AWS::IAM::Role",
  "AWS::Logs::LogGroup",
  "AWS::S3::Bucket",
  "AWS::SQS::Queue",
]);

/** The tags of functions and APIs in SAM's form. */
export const samTags: TemplateValue = { [KEY]: ref("AWS::StackName") };

/** The same resources, those that can be tagged with the stack's name. */
export function tagged(resources: TemplateResources): TemplateResources {
  return Object.fromEntries(Object.entries(resources).map(([id, resource]) => [id, taggedOne(resource)]));
}

function taggedOne(resource: TemplateResource): TemplateResource {
  if (!listed.has(resource.Type)) return resource;
  const tags: TemplateValue = [{ Key: KEY, Value: ref("AWS::StackName") }];
  return { ...resource, Properties: { ...resource.Properties, Tags: tags } };
}
