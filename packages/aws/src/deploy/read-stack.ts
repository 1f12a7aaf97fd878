import {
  type CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { PortError } from "@stephooks/core";
import { failureName, portErrorFrom } from "../sdk-failure.ts";

/** One resource of a stack. */
export interface DeployedResource {
  /** Its name in the template. */
  readonly logicalId: string;
  /** What AWS calls it: a name, a URL or an ARN, as `Ref` gives it. Empty while it is being created. */
  readonly physicalId: string;
  /** Such as `AWS::SQS::Queue`. */
  readonly type: string;
  /** Such as `UPDATE_COMPLETE`. */
  readonly status: string;
}

/** A stack as CloudFormation tells it. */
export interface DeployedStack {
  readonly name: string;
  /** ARN of the stack. */
  readonly id: string;
  /** Such as `CREATE_COMPLETE` or `UPDATE_ROLLBACK_COMPLETE`. */
  readonly status: string;
  /** Why it has this status; absent when CloudFormation does not say. */
  readonly statusReason?: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Values of `NoEcho` parameters are asterisks. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly resources: readonly DeployedResource[];
}

/**
 * Reads a stack by its name; undefined when there is none. Needs `cloudformation:DescribeStacks` and
 * `cloudformation:ListStackResources`.
 *
 * @throws PortError when CloudFormation does not answer or refuses.
 */
export async function readStack(client: CloudFormationClient, name: string): Promise<DeployedStack | undefined> {
  const stack = await describe(client, name);
  if (stack === undefined) return undefined;
  const { StackId: id, StackStatus: status, StackStatusReason: statusReason } = stack;
  if (id === undefined || status === undefined) {
    throw new PortError("corrupt", `DescribeStacks told no id or status of ${name}: run it again.`, { name });
  }
  return {
    name,
    id,
    status,
    ...(statusReason === undefined ? {} : { statusReason }),
    outputs: named(stack.Outputs, ({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
    parameters: named(stack.Parameters, ({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]),
    tags: named(stack.Tags, ({ Key, Value }) => [Key, Value]),
    // By id: a stack of the same name that is made meanwhile is another one.
    resources: await resourcesOf(client, id),
  };
}

async function describe(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const answer = await client.send(new DescribeStacksCommand({ StackName: name }));
    return answer.Stacks?.[0];
  } catch (error) {
    if (isMissingStack(error)) return undefined;
    throw portErrorFrom(error, "DescribeStacks");
  }
}

/** CloudFormation says so with the same code as for a malformed request. */
function isMissingStack(error: unknown): boolean {
  return failureName(error) === "ValidationError" && error instanceof Error && / does not exist$/.test(error.message);
}

/** Pages, unlike DescribeStackResources, which tells of the first hundred only. */
async function resourcesOf(client: CloudFormationClient, id: string): Promise<readonly DeployedResource[]> {
  const resources: DeployedResource[] = [];
  try {
    for await (const page of paginateListStackResources({ client }, { StackName: id })) {
      for (const resource of page.StackResourceSummaries ?? []) {
        resources.push({
          logicalId: resource.LogicalResourceId ?? "",
          physicalId: resource.PhysicalResourceId ?? "",
          type: resource.ResourceType ?? "",
          status: resource.ResourceStatus ?? "",
        });
      }
    }
  } catch (error) {
    throw portErrorFrom(error, "ListStackResources");
  }
  return resources;
}

/** A value that is left out is an empty one. */
function named<Entry>(
  entries: readonly Entry[] | undefined,
  pairOf: (entry: Entry) => readonly [string | undefined, string | undefined],
): Readonly<Record<string, string>> {
  const pairs = (entries ?? []).map(pairOf);
  return Object.fromEntries(pairs.flatMap(([key, value = ""]) => (key === undefined ? [] : [[key, value]])));
}
