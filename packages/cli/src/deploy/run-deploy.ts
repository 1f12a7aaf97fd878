import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createControlPlaneClients, readStack, stageVariables } from "@stephooks/aws/deploy";
import { readTemplate, renderTemplate } from "@stephooks/sam";
import { confirmed } from "../ask.ts";
import { buildApp } from "../build-app.ts";
import { CliError } from "../cli-error.ts";
import { deployByApi } from "./deploy-by-api.ts";
import { deployBySam, findSam, samTakes } from "./deploy-by-sam.ts";
import type { Deployment, DeploymentResult } from "./deployment.ts";
import { type DeploymentPlan, planDeployment, type SeenAccount } from "./plan-deployment.ts";
import { planAsData, planAsText } from "./print-plan.ts";
import { tellEvent } from "./progress.ts";
import { assertChangeable } from "./stack-state.ts";
import { appTarget, type StackOptions } from "./stack-target.ts";
import { templateParameters } from "./template-parameters.ts";
import { assertVariablesFit } from "./variable-size.ts";
import { jsonText, printText } from "../printable.ts";

export interface DeployOptions extends StackOptions {
  readonly out: string;
  readonly parameter?: readonly string[];
  readonly dryRun?: true;
  readonly via?: string;
  readonly sourceMaps?: true;
  readonly yes?: true;
}

/** `stephooks deploy`: the plan first, then the change, then where the app answers. */
export async function runDeploy(given: string, options: DeployOptions): Promise<void> {
  const { dryRun = false, json = false, out, region } = options;
  assertTool(options.via);
  const target = appTarget(given, options);
  const { entry, root } = target;
  // Of a dry run nothing stays that could be deployed.
  const outDir = dryRun ? mkdtempSync(join(tmpdir(), "stephooks-dry-run-")) : out;
  const clients = createControlPlaneClients(region === undefined ? {} : { region });
  try {
    const { sourceMaps = false } = options;
    const build = await buildApp({ entry, root, outDir, lean: !dryRun, stays: dryRun, sourceMaps });
    const plan = await planDeployment(clients, target, build.manifest, {
      offline: dryRun,
      ...(region === undefined ? {} : { region }),
    });
    if (!json) printText(`${planAsText(plan, true)}\n`);
    assertNobodyStranded(plan);
    if (dryRun && json) printText(`${jsonText({ plan: planAsData(plan) })}\n`);
    const { seen } = plan;
    if (dryRun || seen === undefined) return;
    if (seen.deployed) assertChangeable(target.stack, seen.deployed.stack.status);
    if (!options.yes) await confirmed(`Deploy ${target.stack} to account ${seen.identity.account}?`);
    const deployment = await prepare({ clients, target, ...build, outDir }, seen, options);
    const result = await make(deployment, options.via);
    await report(deployment, plan, result, json);
  } finally {
    clients.destroy();
    if (dryRun) rmSync(outDir, { recursive: true, force: true });
  }
}

function assertTool(via: string | undefined): void {
  if (via === undefined || via === "sam" || via === "cloudformation") return;
  throw new CliError("bad-usage", `--via ${via} is refused: give sam or cloudformation.`);
}

/** @throws CliError `live-instances`. */
function assertNobodyStranded({ steps }: DeploymentPlan): void {
  if (steps.live.length === 0) return;
  const named = steps.live.map(({ instances, step, workflow }) => `\n  ${workflow}: ${step}, ${instances} live`);
  throw new CliError(
    "live-instances",
    `Steps were removed or renamed on which instances stand:${named.join("")}\nKeep the steps until the instances have ended, or cancel those.`,
    { instances: steps.live.reduce((sum, { instances }) => sum + instances, 0) },
  );
}

async function prepare(
  known: Pick<Deployment, "bundle" | "clients" | "manifest" | "outDir" | "target">,
  { deployed, identity }: SeenAccount,
  options: DeployOptions,
): Promise<Deployment> {
  const { clients, manifest, target } = known;
  const variables = await stageVariables(clients.ssm, target.stack).read();
  assertVariablesFit(variables);
  const template = readTemplate(renderTemplate(manifest, { codeUri: "./app", variables: Object.keys(variables) }));
  const present = deployed?.stack.parameters ?? {};
  const before = deployed?.template;
  return {
    ...known,
    identity,
    deployed,
    variables,
    parameters: templateParameters({ template, before, given: options.parameter ?? [], present, variables }),
    tags: {
      "stephooks:app": tagValue(target.app),
      ...(target.stage === "" ? {} : { "stephooks:stage": target.stage }),
    },
    onEvent: tellEvent,
  };
}

/** What AWS takes in a tag. */
function tagValue(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}+\-=._:/@]/gu, "-").slice(0, 256);
}

async function make(deployment: Deployment, via: string | undefined): Promise<DeploymentResult> {
  const sam = via === "cloudformation" ? undefined : findSam();
  if (via === "sam" && sam === undefined) {
    throw new CliError("bad-usage", "--via sam: there is no sam on the PATH. Install the SAM CLI, or leave --via out.");
  }
  const strange = Object.entries(deployment.variables).find(([, value]) => !samTakes(value))?.[0];
  if (sam === undefined || (via === undefined && strange !== undefined)) return deployByApi(deployment);
  if (strange !== undefined) {
    throw new CliError(
      "bad-variable",
      `sam deploy would change the value of ${strange}: deploy with --via cloudformation.`,
    );
  }
  return deployBySam(sam, deployment);
}

async function report(
  { clients, target }: Deployment,
  plan: DeploymentPlan,
  result: DeploymentResult,
  json: boolean,
): Promise<void> {
  const outputs = (await readStack(clients.cloudformation, target.stack))?.outputs ?? {};
  const { ApiUrl: url = "", StreamUrl: streamUrl } = outputs;
  if (json) {
    const { app, stack, stage } = target;
    printText(`${jsonText({ result, app, stage, stack, url, outputs, plan: planAsData(plan) })}\n`);
    return;
  }
  const lines = [
    result === "unchanged" ? `${target.stack} was up to date.` : `${target.stack} is deployed.`,
    ...Object.entries(outputs).map(([name, value]) => `  ${name}  ${value}`),
    "",
    `The app answers at ${url}${streamUrl === undefined ? "" : `, and streams at ${streamUrl}`}`,
    "To go back: deploy the version before again. A deployment that fails goes back by itself.",
  ];
  printText(`${lines.join("\n")}\n`);
}
