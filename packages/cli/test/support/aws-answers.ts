import type { FakeStack } from "./fake-aws.ts";

/* Answers of the query, JSON and XML protocols of AWS, in the shapes of the services' API references. */

const cloudformation = "http://cloudformation.amazonaws.com/doc/2010-05-15/";

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** `Name.member.1.Key=…` of the query protocol. */
export function members(form: Record<string, string>, name: string): Record<string, string>[] {
  const found: Record<string, string>[] = [];
  for (const [key, value] of Object.entries(form)) {
    const [, index, field = ""] = new RegExp(`^${name}\\.member\\.(\\d+)\\.(\\w+)$`).exec(key) ?? [];
    if (index !== undefined) (found[Number(index) - 1] ??= {})[field] = value;
  }
  return found;
}

export function describe(stack: FakeStack): string {
  const pairs = (name: string, key: string, value: string, given: Record<string, string>): string =>
    `<${name}>${Object.entries(given)
      .map(([one, other]) => `<member>${tag(key, one)}${tag(value, other)}</member>`)
      .join("")}</${name}>`;
  return [
    tag("StackName", stack.name) + tag("StackId", stack.id) + tag("StackStatus", stack.status),
    "<CreationTime>2026-11-23T10:00:00Z</CreationTime>",
    pairs("Parameters", "ParameterKey", "ParameterValue", stack.parameters),
    pairs("Outputs", "OutputKey", "OutputValue", stack.outputs),
    pairs("Tags", "Key", "Value", stack.tags),
  ].join("");
}

export function listed(resources: FakeStack["resources"]): string {
  const rows = resources.map(
    ([logical, type, physical, status = "CREATE_COMPLETE"]) =>
      `<member>${tag("LogicalResourceId", logical)}${tag("ResourceType", type)}${tag("PhysicalResourceId", physical)}${tag("ResourceStatus", status)}<LastUpdatedTimestamp>2026-11-23T10:00:00Z</LastUpdatedTimestamp></member>`,
  );
  return `<StackResourceSummaries>${rows.join("")}</StackResourceSummaries>`;
}

export function tag(name: string, text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<${name}>${escaped}</${name}>`;
}

export function result(action: string, inner: string): Answer {
  const namespace = action === "GetCallerIdentity" ? "https://sts.amazonaws.com/doc/2011-06-15/" : cloudformation;
  const request = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>";
  return xml(
    `<${action}Response xmlns="${namespace}"><${action}Result>${inner}</${action}Result>${request}</${action}Response>`,
  );
}

export function failure(status: number, code: string, message: string): Answer {
  const error = `${tag("Code", code)}${tag("Message", message)}`;
  const isS3 = code === "NoSuchBucket";
  return xml(
    isS3
      ? `<Error>${error}</Error>`
      : `<ErrorResponse xmlns="${cloudformation}"><Error><Type>Sender</Type>${error}</Error><RequestId>r</RequestId></ErrorResponse>`,
    status,
  );
}

export function xml(text: string, status = 200): Answer {
  return { status, type: "text/xml", text };
}

export function json(value: object, status = 200): Answer {
  return { status, type: "application/x-amz-json-1.1", text: JSON.stringify(value) };
}
