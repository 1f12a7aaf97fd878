import { randomUUID } from "node:crypto";
import { createAwsClients } from "@stephooks/aws";
import {
  type ControlPlaneClients,
  createControlPlaneClients,
  deleteBucket,
  type DeployedResource,
  type DeployedStack,
  deleteStack,
  deleteTable,
  readStack,
  stageVariables,
} from "@stephooks/aws/deploy";
import { PortError } from "@stephooks/core";
import { confirmed, typed } from "../ask.ts";
import { CliError } from "../cli-error.ts";
import { cloudFormationPace, DATA_TYPES } from "./make-planned.ts";
import { tellEvent } from "./progress.ts";
import { signedIn } from "./signed-in.ts";
import { type StackOptions, stackTarget } from "./stack-target.ts";
import { jsonText, printText } from "../printable.ts";

export interface RemoveOptions extends StackOptions {
  readonly deleteData?: boolean;
  readonly confirm?: string;
  readonly yes?: true;
}

/** `stephooks remove`. */
export async function runRemove(given: string, options: RemoveOptions): Promise<void> {
  const { stack: name } = stackTarget(given, options);
  const clients = createControlPlaneClients(options.region === undefined ? {} : { region: options.region });
  try {
    const { account, region } = await signedIn(clients);
    const stack = await readStack(clients.cloudformation, name);
    if (stack === undefined) throw noStack(name, account, region);
    const present = stack.resources.filter(({ status }) => status !== "DELETE_COMPLETE");
    // By the template these outlive the stack.
    const data = present.filter(({ physicalId, type }) => DATA_TYPES.has(type) && physicalId !== "");
    const variables = await stageVariables(clients.ssm, name).list();
    printText(planText({ ...stack, resources: present }, data, variables.length, options), process.stderr);
    await allowed(name, options);
    await removeStack(clients, stack);
    if (options.deleteData) {
      for (const variable of variables) await stageVariables(clients.ssm, name).remove(variable.name);
      await deleteAll(clients, { name, data, region });
    }
    report(name, data, variables.length, options);
  } finally {
    clients.destroy();
  }
}

function noStack(stack: string, account: string, region: string): CliError {
  return new CliError(
    "unknown-stack",
    `There is no stack ${stack} in account ${account}, ${region}. Name another with --stack or --region.`,
    { stack },
  );
}

function planText(
  { name, resources, status }: DeployedStack,
  data: readonly DeployedResource[],
  variables: number,
  { deleteData }: RemoveOptions,
): string {
  const fate = deleteData ? "DELETED, for ever" : "stays";
  const rows = data.map(({ physicalId, type }) => `  ${type} ${physicalId}: ${fate}\n`);
  const ofStage = variables === 0 ? "" : `  ${variables} environment variables in Parameter Store: ${fate}\n`;
  return `${name} (${status}): ${resources.length - data.length} resources go.\n${rows.join("")}${ofStage}`;
}

/** @throws CliError `not-confirmed`, `bad-usage`. */
async function allowed(stack: string, { confirm, deleteData, yes }: RemoveOptions): Promise<void> {
  if (!deleteData) return yes ? undefined : confirmed(`Remove ${stack}?`);
  // Deleting data takes more than a habit: --yes alone does not do it.
  if (confirm === undefined) return typed(`This deletes all data of ${stack}.`, stack, "--confirm");
  if (confirm !== stack) {
    throw new CliError("not-confirmed", `--confirm ${confirm} is not ${stack}: nothing was removed.`);
  }
}

/** @throws CliError `remove-failed` with what failed, in CloudFormation's words. */
async function removeStack({ cloudformation }: ControlPlaneClients, { id, name }: DeployedStack): Promise<void> {
  const { failures, status } = await deleteStack(cloudformation, id, {
    pace: cloudFormationPace,
    token: `stephooks-${randomUUID()}`,
    onEvent: tellEvent,
  });
  if (status === "DELETE_COMPLETE") return;
  const reasons = failures.map(({ logicalId, reason, type }) => `\n  ${logicalId} (${type}): ${reason}`);
  throw new CliError(
    "remove-failed",
    `${name} is ${status}. Its data are untouched. Mend this and run stephooks remove again:${reasons.join("")}`,
    { status },
  );
}

/** @throws CliError `remove-failed` naming what is still there: with the stack gone no command finds it any more. */
async function deleteAll(
  { s3 }: ControlPlaneClients,
  {
    data,
    name,
    region,
  }: { readonly data: readonly DeployedResource[]; readonly name: string; readonly region: string },
): Promise<void> {
  const { dynamodb, sqs } = createAwsClients({ region });
  const left: string[] = [];
  try {
    for (const { physicalId, type } of data) {
      const deleting = type === "AWS::S3::Bucket" ? deleteBucket(s3, physicalId) : deleteTable(dynamodb, physicalId);
      await deleting.catch((error: unknown) => {
        if (!(error instanceof PortError)) throw error;
        left.push(`\n  ${type} ${physicalId}: ${error.message}`);
      });
    }
  } finally {
    dynamodb.destroy();
    sqs.destroy();
  }
  if (left.length === 0) return;
  throw new CliError(
    "remove-failed",
    `${name} is removed, but its data are not. Delete them yourself:${left.join("")}`,
  );
}

function report(
  stack: string,
  data: readonly DeployedResource[],
  variables: number,
  { deleteData = false, json }: RemoveOptions,
): void {
  const named = data.map(({ logicalId, physicalId, type }) => ({ logicalId, physicalId, type }));
  if (json) {
    const fate = deleteData ? { deleted: named, kept: [] } : { deleted: [], kept: named };
    printText(`${jsonText({ removed: stack, ...fate, variables: deleteData ? 0 : variables })}\n`);
    return;
  }
  const kept = data.map(({ physicalId, type }) => `  ${type} ${physicalId}\n`).join("");
  const rest = deleteData || kept === "" ? "" : `Kept, and paid for as long as it is there:\n${kept}`;
  printText(`${stack} is removed.\n${rest}`);
}
