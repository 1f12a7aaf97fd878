import { type CallerIdentity, type ControlPlaneClients, stageVariables } from "@stephooks/aws/deploy";
import { type AppManifest, PortError } from "@stephooks/core";
import { readTemplate, renderTemplate } from "@stephooks/sam";
import { factsOf } from "./app-facts.ts";
import { CliError } from "../cli-error.ts";
import { compareFacts, type PlanLines } from "./compare-facts.ts";
import { checkSteps, type DeployedApp, readDeployedApp, type StepCheck } from "./deployed-app.ts";
import { signedIn } from "./signed-in.ts";
import type { StackTarget } from "./stack-target.ts";

/** What a deployment would do. */
export interface DeploymentPlan {
  readonly target: StackTarget;
  readonly lines: PlanLines;
  readonly steps: StepCheck;
  /** What AWS told; absent when it could not be asked. */
  readonly seen?: SeenAccount;
  /** What was not compared and why, a sentence each. */
  readonly notes: readonly string[];
}

export interface SeenAccount {
  readonly identity: CallerIdentity;
  /** Absent when nothing is deployed. */
  readonly deployed?: DeployedApp;
  /** Names of the stage's environment variables. */
  readonly variables: readonly string[];
}

export interface PlanOptions {
  readonly region?: string;
  /** Whether a plan is wanted even where AWS cannot be asked. */
  readonly offline: boolean;
}

/** Stands for where the code will be: no plan depends on it. */
const CODE_URI = "./app";

/**
 * Compares a build with what is deployed, reading only.
 *
 * @throws PortError when AWS refuses or does not answer and the plan is not to do without; SamError.
 */
export async function planDeployment(
  clients: ControlPlaneClients,
  target: StackTarget,
  manifest: AppManifest,
  options: PlanOptions,
): Promise<DeploymentPlan> {
  const notes: string[] = [];
  const orNote = async <Result>(sentence: string, ask: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await ask();
    } catch (error) {
      if (!options.offline || !isFailureOfAws(error)) throw error;
      notes.push(`${sentence} (${reasonOf(error)}).`);
      return undefined;
    }
  };
  const seen = await orNote(
    "Not compared with what is deployed, nor with the stage's environment variables: AWS could not be asked",
    () => look(clients, target.stack),
  );
  const { deployed, variables = [] } = seen ?? {};
  const build = readTemplate(renderTemplate(manifest, { codeUri: CODE_URI, variables }));
  const steps =
    deployed &&
    (await orNote("Instances were not counted: the table could not be read", () =>
      checkSteps(deployed, manifest, options.region),
    ));
  if (steps?.note !== undefined) notes.push(steps.note);
  return {
    target,
    lines: compareFacts(deployed && factsOf(deployed.template), factsOf(build)),
    steps: steps ?? { removed: [], live: [] },
    ...(seen === undefined ? {} : { seen }),
    notes,
  };
}

function isFailureOfAws(error: unknown): error is PortError | CliError {
  return error instanceof PortError || (error instanceof CliError && error.code === "not-signed-in");
}

function reasonOf(error: PortError | CliError): string {
  return error.cause instanceof Error ? error.cause.message.replace(/\.$/, "") : error.message;
}

async function look(clients: ControlPlaneClients, stack: string): Promise<SeenAccount> {
  const identity = await signedIn(clients);
  const deployed = await readDeployedApp(clients, stack);
  const variables = await stageVariables(clients.ssm, stack).list();
  return {
    identity,
    ...(deployed === undefined ? {} : { deployed }),
    variables: variables.map(({ name }) => name),
  };
}
