import { type AwsClients, createAwsClients, dynamodbInstanceIndex, dynamodbInstanceStore } from "@stephooks/aws";
import { type ControlPlaneClients, deployedTemplate, type DeployedStack, readStack } from "@stephooks/aws/deploy";
import type { AppManifest } from "@stephooks/core";
import { readTemplate, type ReadTemplate } from "@stephooks/sam";
import { countLive, type LiveStep, type RemovedStep, removedSteps } from "./removed-steps.ts";

/** A stack that is deployed, and what it was made of. */
export interface DeployedApp {
  readonly stack: DeployedStack;
  readonly template: ReadTemplate;
}

/** Statuses of stacks that hold nothing: only planned, or being planned for the first time. */
const EMPTY: ReadonlySet<string> = new Set(["REVIEW_IN_PROGRESS"]);

/** What is deployed under a name; undefined for nothing. @throws PortError, SamError `bad-template`. */
export async function readDeployedApp(clients: ControlPlaneClients, name: string): Promise<DeployedApp | undefined> {
  const stack = await readStack(clients.cloudformation, name);
  if (stack === undefined || EMPTY.has(stack.status)) return undefined;
  return { stack, template: readTemplate(await deployedTemplate(clients.cloudformation, stack.id)) };
}

/** Steps that a build lacks, and how many instances stand on each. */
export interface StepCheck {
  readonly removed: readonly RemovedStep[];
  readonly live: readonly LiveStep[];
  /** What could not be looked at, in a sentence. */
  readonly note?: string;
}

/** Looks which instances a build would leave without their step. @throws PortError when the table cannot be read. */
export async function checkSteps(
  { stack, template }: DeployedApp,
  build: AppManifest,
  region: string | undefined,
): Promise<StepCheck> {
  if (template.manifest === undefined) {
    return { removed: [], live: [], note: "The deployed template does not tell its steps: they were not compared." };
  }
  const removed = removedSteps(template.manifest, build);
  const { TableName: table } = stack.outputs;
  if (removed.length === 0 || table === undefined) return { removed, live: [] };
  const clients = createAwsClients(region === undefined ? {} : { region });
  try {
    return { removed, live: await countLive(removed, portsOf(clients, table)) };
  } finally {
    clients.dynamodb.destroy();
    clients.sqs.destroy();
  }
}

function portsOf({ dynamodb }: AwsClients, table: string) {
  return { index: dynamodbInstanceIndex(dynamodb, table), instances: dynamodbInstanceStore(dynamodb, table) };
}
