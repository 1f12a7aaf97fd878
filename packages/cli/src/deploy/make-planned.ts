import {
  dropChange,
  makeChange,
  type Pace,
  type PlannedChange,
  type ResourceChange,
  type StackOutcome,
} from "@stephooks/aws/deploy";
import { systemClock } from "@stephooks/core";
import { CliError } from "../cli-error.ts";
import type { Deployment } from "./deployment.ts";

/** Types whose resources hold what nobody can make again. */
export const DATA_TYPES: ReadonlySet<string> = new Set(["AWS::DynamoDB::Table", "AWS::S3::Bucket"]);

/** How often CloudFormation is looked at. Milliseconds. */
export const cloudFormationPace: Pace = { clock: systemClock, interval: 2_000 };

/**
 * Makes a planned change, whoever planned it, unless it would leave data behind: then it is taken back. `token` lets a
 * repeated call be recognised.
 *
 * @throws CliError `data-replaced`, `deploy-failed`; PortError.
 */
export async function makePlanned(
  { clients, onEvent, target }: Pick<Deployment, "clients" | "onEvent" | "target">,
  planned: PlannedChange,
  token: string,
): Promise<void> {
  const lost = planned.changes.filter(replacesData);
  if (lost.length > 0) {
    await dropChange(clients.cloudformation, planned.id);
    throw new CliError("data-replaced", dataReplaced(lost));
  }
  const outcome = await makeChange(clients.cloudformation, planned, { pace: cloudFormationPace, token, onEvent });
  assertMade(target.stack, outcome);
}

function replacesData({ action, replaced, type }: ResourceChange): boolean {
  return DATA_TYPES.has(type) && (replaced || action === "Remove");
}

function dataReplaced(lost: readonly ResourceChange[]): string {
  const named = lost.map(({ action, logicalId }) => `${logicalId} (${action === "Remove" ? "removed" : "replaced"})`);
  return `The change would leave data behind: ${named.join(", ")}. Nothing was changed. Deploy with the version of stephooks that made the stack, or copy the data to another stage first.`;
}

/** @throws CliError `deploy-failed` with what failed of itself, in CloudFormation's words. */
export function assertMade(stack: string, { failures, status }: StackOutcome): void {
  if (status === "CREATE_COMPLETE" || status === "UPDATE_COMPLETE") return;
  const reasons = failures.map(({ logicalId, reason, type }) => `\n  ${logicalId} (${type}): ${reason}`);
  throw new CliError("deploy-failed", `${stack} is ${status}. ${after(status)}${reasons.join("")}`, { status });
}

function after(status: string): string {
  if (status === "UPDATE_ROLLBACK_COMPLETE") return "Everything is as it was before. Mend this and deploy again:";
  // What sam plans for a new stack is not taken away when it fails.
  if (status === "ROLLBACK_COMPLETE") {
    return "Nothing of it is left but its name. Mend this, free the name with stephooks remove, and deploy again:";
  }
  if (status === "DELETE_COMPLETE") return "What had been made is gone again. Mend this and deploy again:";
  return "Mend this, and see the stack's events in the CloudFormation console:";
}
