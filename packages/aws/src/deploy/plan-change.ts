import {
  type CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  type DescribeChangeSetCommandOutput,
} from "@aws-sdk/client-cloudformation";
import { PortError } from "@stephooks/core";
import { portErrorFrom } from "../sdk-failure.ts";
import { type Pace, pause } from "./pace.ts";

/** A value for a parameter of the template; `undefined`: the one it has now. */
export type ParameterValue = string | undefined;

export interface StackChange {
  readonly stack: string;
  /** Whether the stack is made. One that has only been planned counts as new. */
  readonly isNew: boolean;
  /** Where the template is: its text, or an https URL into S3 (texts have at most 51,200 bytes). */
  readonly template: { readonly body: string } | { readonly url: string };
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly capabilities: readonly ("CAPABILITY_IAM" | "CAPABILITY_NAMED_IAM" | "CAPABILITY_AUTO_EXPAND")[];
  /** Name of the change set: letters, digits and hyphens, a letter first. */
  readonly name: string;
}

/** What CloudFormation would do to one resource. */
export interface ResourceChange {
  readonly action: string;
  readonly logicalId: string;
  readonly type: string;
  /** Whether it would be made anew, and the present one removed. */
  readonly replaced: boolean;
}

/** A change that CloudFormation has planned and not made. */
export interface PlannedChange {
  /** ARN of the change set. */
  readonly id: string;
  readonly stackId: string;
  readonly changes: readonly ResourceChange[];
}

export type ChangePlan =
  | { readonly kind: "planned"; readonly planned: PlannedChange }
  /** The stack is as the template says. */
  | { readonly kind: "unchanged"; readonly stackId: string }
  /** CloudFormation cannot make it; in its words. */
  | { readonly kind: "refused"; readonly reason: string };

/** How CloudFormation says that there is nothing to do: by status FAILED and one of these reasons. */
const NOTHING_TO_DO = /didn't contain changes|No updates are to be performed/;

/**
 * Makes a change set and waits for it. Needs `cloudformation:CreateChangeSet`, `DescribeChangeSet` and
 * `DeleteChangeSet`, and what the stack's resources need is asked for when it is executed.
 *
 * @throws PortError when CloudFormation does not answer or refuses the call.
 */
export async function planChange(client: CloudFormationClient, change: StackChange, pace: Pace): Promise<ChangePlan> {
  const { id, stackId } = await create(client, change);
  for (;;) {
    const described = await describe(client, id);
    if (described.Status === "CREATE_COMPLETE") {
      return { kind: "planned", planned: { id, stackId, changes: await allChanges(client, id, described) } };
    }
    if (described.Status === "FAILED") {
      await dropChange(client, id);
      const reason = described.StatusReason ?? "CloudFormation gives no reason.";
      return NOTHING_TO_DO.test(reason) ? { kind: "unchanged", stackId } : { kind: "refused", reason };
    }
    await pause(pace);
  }
}

/** A change that somebody else has planned, by its ARN. Needs `cloudformation:DescribeChangeSet`. @throws PortError. */
export async function readChange(client: CloudFormationClient, id: string): Promise<PlannedChange> {
  const described = await describe(client, id);
  const { StackId: stackId } = described;
  if (stackId === undefined) throw new PortError("corrupt", "DescribeChangeSet told no stack: run it again.");
  return { id, stackId, changes: await allChanges(client, id, described) };
}

async function create(client: CloudFormationClient, change: StackChange): Promise<{ id: string; stackId: string }> {
  try {
    const { Id: id, StackId: stackId } = await client.send(
      new CreateChangeSetCommand({
        StackName: change.stack,
        ChangeSetName: change.name,
        // The SDK sends again what was not answered in time: without a token the second would find the first in its way.
        ClientToken: change.name,
        ChangeSetType: change.isNew ? "CREATE" : "UPDATE",
        ...("body" in change.template ? { TemplateBody: change.template.body } : { TemplateURL: change.template.url }),
        Parameters: Object.entries(change.parameters).map(([ParameterKey, ParameterValue]) =>
          ParameterValue === undefined ? { ParameterKey, UsePreviousValue: true } : { ParameterKey, ParameterValue },
        ),
        Tags: Object.entries(change.tags).map(([Key, Value]) => ({ Key, Value })),
        Capabilities: [...change.capabilities],
        // What failed to be made is taken away again, so that the next attempt finds nothing in its way.
        ...(change.isNew ? { OnStackFailure: "DELETE" } : {}),
      }),
    );
    if (id !== undefined && stackId !== undefined) return { id, stackId };
  } catch (error) {
    throw portErrorFrom(error, "CreateChangeSet");
  }
  throw new PortError("corrupt", "CreateChangeSet told no id: run it again.");
}

async function describe(
  client: CloudFormationClient,
  id: string,
  NextToken?: string,
): Promise<DescribeChangeSetCommandOutput> {
  try {
    return await client.send(new DescribeChangeSetCommand({ ChangeSetName: id, NextToken }));
  } catch (error) {
    throw portErrorFrom(error, "DescribeChangeSet");
  }
}

async function allChanges(
  client: CloudFormationClient,
  id: string,
  first: DescribeChangeSetCommandOutput,
): Promise<readonly ResourceChange[]> {
  const changes: ResourceChange[] = [];
  for (let page = first; ; page = await describe(client, id, page.NextToken)) {
    for (const { ResourceChange: change } of page.Changes ?? []) {
      changes.push({
        action: change?.Action ?? "",
        logicalId: change?.LogicalResourceId ?? "",
        type: change?.ResourceType ?? "",
        replaced: change?.Replacement === "True",
      });
    }
    if (page.NextToken === undefined) return changes;
  }
}

/** Takes a planned change back. The stack stays as it is. */
export async function dropChange(client: CloudFormationClient, id: string): Promise<void> {
  try {
    await client.send(new DeleteChangeSetCommand({ ChangeSetName: id }));
  } catch (error) {
    throw portErrorFrom(error, "DeleteChangeSet");
  }
}
