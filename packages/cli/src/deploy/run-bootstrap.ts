import { randomUUID } from "node:crypto";
import { createControlPlaneClients, makeChange, planChange, readStack, type StackChange } from "@stephooks/aws/deploy";
import { bootstrapTemplate } from "@stephooks/sam";
import { confirmed } from "../ask.ts";
import { CliError } from "../cli-error.ts";
import { assertMade, cloudFormationPace } from "./make-planned.ts";
import { tellEvent } from "./progress.ts";
import { signedIn } from "./signed-in.ts";
import { assertChangeable } from "./stack-state.ts";
import { jsonText, printText } from "../printable.ts";

export interface BootstrapOptions {
  readonly stacks?: string;
  readonly region?: string;
  readonly print?: true;
  readonly yes?: true;
  readonly json?: true;
}

const STACK = "stephooks-bootstrap";

const ATTACH =
  "Attach both Deployer policies to who deploys, OperatorReads to who looks at running apps, OperatorWrites besides to who changes them.";

/** `stephooks bootstrap`: the one stack whoever deploys apps needs; a second time it renews it. */
export async function runBootstrap(options: BootstrapOptions): Promise<void> {
  const { json, print, region, stacks, yes } = options;
  if (print) return void process.stdout.write(bootstrapTemplate());
  const clients = createControlPlaneClients(region === undefined ? {} : { region });
  try {
    const identity = await signedIn(clients);
    const present = await readStack(clients.cloudformation, STACK);
    const isNew = present === undefined || present.status === "REVIEW_IN_PROGRESS";
    if (!isNew) assertChangeable(STACK, present.status);
    if (!yes) await confirmed(`Make ${STACK} in account ${identity.account}, ${identity.region}?`);
    const name = `stephooks-${randomUUID()}`;
    const change: StackChange = {
      stack: STACK,
      isNew,
      template: { body: bootstrapTemplate() },
      parameters: parametersOf(stacks, isNew),
      tags: {},
      capabilities: ["CAPABILITY_IAM"],
      name,
    };
    const plan = await planChange(clients.cloudformation, change, cloudFormationPace);
    if (plan.kind === "refused") {
      throw new CliError("change-refused", `CloudFormation refuses the change of ${STACK}: ${plan.reason}`);
    }
    if (plan.kind === "planned") {
      const follow = { pace: cloudFormationPace, token: name, onEvent: tellEvent };
      assertMade(STACK, await makeChange(clients.cloudformation, plan.planned, follow));
    }
    const outputs = (await readStack(clients.cloudformation, STACK))?.outputs ?? {};
    const rows = Object.entries(outputs).map(([key, value]) => `  ${key}  ${value}\n`);
    const text = `${STACK} is there. ${ATTACH}\n${rows.join("")}`;
    const data = { result: plan.kind === "planned" ? "changed" : "unchanged", stack: STACK, outputs };
    printText(json ? `${jsonText(data)}\n` : text);
  } finally {
    clients.destroy();
  }
}

/** What is not given stays as it is; of a new stack it is the default. */
function parametersOf(stacks: string | undefined, isNew: boolean): StackChange["parameters"] {
  return stacks === undefined && isNew ? {} : { Stacks: stacks };
}
