import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  type StackEvent,
} from "@aws-sdk/client-cloudformation";
import { failureName, portErrorFrom } from "../sdk-failure.ts";
import { type Pace, pause } from "./pace.ts";
import type { PlannedChange } from "./plan-change.ts";

/** Something that happened to a resource of the stack. */
export interface ResourceEvent {
  readonly logicalId: string;
  readonly type: string;
  /** Such as `CREATE_IN_PROGRESS`. */
  readonly status: string;
  /** In CloudFormation's words; empty when it has none. */
  readonly reason: string;
}

/** How a change ended. */
export interface StackOutcome {
  /** Such as `UPDATE_COMPLETE`, `UPDATE_ROLLBACK_COMPLETE` or `DELETE_COMPLETE`. */
  readonly status: string;
  /** What failed of itself, oldest first: not what was only stopped because something else had failed. */
  readonly failures: readonly ResourceEvent[];
}

export interface Follow {
  readonly pace: Pace;
  /** Lets a repeated call be recognised: letters, digits and hyphens, at most 128. */
  readonly token: string;
  readonly onEvent: (event: ResourceEvent) => void;
}

/** What CloudFormation says of a resource that did not fail by itself. */
const ONLY_STOPPED = /^Resource (creation|update|deletion) cancelled/i;

/** Makes a planned change and follows it to its end. Needs `ExecuteChangeSet`, `DescribeStackEvents`, `DescribeStacks`. */
export async function makeChange(
  client: CloudFormationClient,
  { id, stackId }: PlannedChange,
  follow: Follow,
): Promise<StackOutcome> {
  const seen = await earlierEvents(client, stackId);
  try {
    await client.send(new ExecuteChangeSetCommand({ ChangeSetName: id, ClientRequestToken: follow.token }));
  } catch (error) {
    throw portErrorFrom(error, "ExecuteChangeSet");
  }
  return followStack(client, stackId, seen, follow);
}

/** Deletes a stack and follows that to its end. What has the policy to stay does. Needs `DeleteStack` and the like. */
export async function deleteStack(
  client: CloudFormationClient,
  stackId: string,
  follow: Follow,
): Promise<StackOutcome> {
  const seen = await earlierEvents(client, stackId);
  try {
    await client.send(new DeleteStackCommand({ StackName: stackId, ClientRequestToken: follow.token }));
  } catch (error) {
    throw portErrorFrom(error, "DeleteStack");
  }
  return followStack(client, stackId, seen, follow);
}

/** Looks at a status that no event has told before it counts all the same. */
const MOST_DOUBTS = 15;

/**
 * By the stack's ARN, which works for a stack that is gone, too. The status is that of the time before the change until
 * CloudFormation has got about it: it counts when an event of this change has told it.
 */
async function followStack(
  client: CloudFormationClient,
  stackId: string,
  seen: Set<string>,
  follow: Follow,
): Promise<StackOutcome> {
  const failures: ResourceEvent[] = [];
  let toldStatus = "";
  const report = async (): Promise<void> => {
    for (const event of await newEvents(client, stackId, seen)) {
      const told = readEvent(event);
      // The stack itself tells only that something of it failed.
      const isStack = event.PhysicalResourceId === stackId;
      if (isStack) toldStatus = told.status;
      else if (told.status.endsWith("_FAILED") && !ONLY_STOPPED.test(told.reason)) failures.push(told);
      follow.onEvent(told);
    }
  };
  for (let doubts = 0; ;) {
    // Asked before the events are read: those of a change that has ended are then all there.
    const status = await statusOf(client, stackId);
    await report();
    if (!status.endsWith("_IN_PROGRESS")) {
      if (status === toldStatus || status === "DELETE_COMPLETE" || doubts === MOST_DOUBTS) return { status, failures };
      doubts += 1;
    }
    await pause(follow.pace);
  }
}

async function statusOf(client: CloudFormationClient, stackId: string): Promise<string> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackId }));
    return Stacks?.[0]?.StackStatus ?? "DELETE_COMPLETE";
  } catch (error) {
    if (failureName(error) === "ValidationError" && / does not exist/.test(String(error))) return "DELETE_COMPLETE";
    throw portErrorFrom(error, "DescribeStacks");
  }
}

/** The newest event there is. What comes after it is of this change. */
async function earlierEvents(client: CloudFormationClient, stackId: string): Promise<Set<string>> {
  const { StackEvents = [] } = await eventPage(client, stackId, undefined);
  return new Set(StackEvents.map(({ EventId = "" }) => EventId));
}

/** Oldest first. The service tells the newest first, so reading ends at the first one that is known. */
async function newEvents(
  client: CloudFormationClient,
  stackId: string,
  seen: Set<string>,
): Promise<readonly StackEvent[]> {
  const found: StackEvent[] = [];
  let NextToken: string | undefined;
  do {
    const page = await eventPage(client, stackId, NextToken);
    NextToken = page.NextToken;
    for (const event of page.StackEvents ?? []) {
      const { EventId = "" } = event;
      if (seen.has(EventId)) return found.toReversed();
      seen.add(EventId);
      found.push(event);
    }
  } while (NextToken !== undefined);
  return found.toReversed();
}

async function eventPage(client: CloudFormationClient, StackName: string, NextToken: string | undefined) {
  try {
    return await client.send(new DescribeStackEventsCommand({ StackName, NextToken }));
  } catch (error) {
    throw portErrorFrom(error, "DescribeStackEvents");
  }
}

function readEvent(event: StackEvent): ResourceEvent {
  return {
    logicalId: event.LogicalResourceId ?? "",
    type: event.ResourceType ?? "",
    status: event.ResourceStatus ?? "",
    reason: event.ResourceStatusReason ?? "",
  };
}
