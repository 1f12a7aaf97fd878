import { type CloudFormationClient, paginateListChangeSets } from "@aws-sdk/client-cloudformation";
import { failureName, portErrorFrom } from "../sdk-failure.ts";

/**
 * ARNs of the changes of a stack that are planned and can be made, by whomever they were planned; none when there is no
 * such stack. Needs `cloudformation:ListChangeSets`. @throws PortError.
 */
export async function openChanges(client: CloudFormationClient, stack: string): Promise<readonly string[]> {
  const found: string[] = [];
  try {
    for await (const { Summaries = [] } of paginateListChangeSets({ client }, { StackName: stack })) {
      for (const { ChangeSetId, ExecutionStatus } of Summaries) {
        if (ChangeSetId !== undefined && ExecutionStatus === "AVAILABLE") found.push(ChangeSetId);
      }
    }
  } catch (error) {
    if (failureName(error) === "ValidationError" && / does not exist/.test(String(error))) return [];
    throw portErrorFrom(error, "ListChangeSets");
  }
  return found;
}
