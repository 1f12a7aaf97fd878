import { environmentNames } from "@stephooks/aws/resources";
import { CliError } from "../cli-error.ts";
import { appName } from "../app-name.ts";
import { findEntry, rootOf } from "../find-entry.ts";
import { stackName } from "../stack-name.ts";
import { readDevRecord } from "./dev-record.ts";
import { stackEnvironment } from "./stack-environment.ts";

/** Which app a verb is about: the one that `stephooks dev` runs here, or a deployed one. */
export interface Target {
  /** Entry file or folder of the app. */
  readonly app: string;
  /** Of the deployed app; with neither stage nor stack the local one is meant. */
  readonly stage?: string;
  /** Name of the stack, when it is not the one of the stage. */
  readonly stack?: string;
  /** Of the stack. Default: what the AWS SDK finds. */
  readonly region?: string;
  readonly json?: true;
}

/** A running app as tools reach it: locally and deployed by the same names. */
export interface Connection {
  readonly kind: "local" | "deployed";
  /** For people: `stephooks dev`, or the stack. */
  readonly name: string;
  /** Where the app answers, without a slash at the end. */
  readonly url: string;
  /** What the app's functions have, by `environmentNames`; also where and as whom the AWS clients ask. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The app's own folder. */
  readonly root: string;
  /** Names of the log groups; none locally. */
  readonly logGroups: readonly string[];
}

/**
 * Finds the app that is meant.
 *
 * @throws CliError `bad-usage`, `not-running`, `unknown-stack`, `stack-not-ready`, `not-stephooks`; PortError when
 * CloudFormation refuses or does not answer.
 */
export async function connect(target: Target): Promise<Connection> {
  const root = appRoot(target.app);
  return target.stage === undefined && target.stack === undefined ? local(root) : deployed(target, root);
}

/** Needs no entry file: data of an app can be looked at whose source is not here. */
export function appRoot(app: string): string {
  try {
    return rootOf(app, findEntry(app));
  } catch (error) {
    if (app === "." && error instanceof CliError) return process.cwd();
    throw error;
  }
}

function local(root: string): Connection {
  const record = readDevRecord(root);
  if (record === undefined) {
    throw new CliError(
      "not-running",
      `stephooks dev does not run in ${root}. Start it there in another terminal, or name a deployed app with --stage.`,
      { root },
    );
  }
  return {
    kind: "local",
    name: "stephooks dev",
    url: record.url,
    // What the shell says of other accounts is not meant for the emulators.
    environment: {
      ...process.env,
      ...withoutOptional,
      AWS_PROFILE: undefined,
      AWS_SESSION_TOKEN: undefined,
      ...record.environment,
    },
    root,
    logGroups: [],
  };
}

async function deployed(target: Target, root: string): Promise<Connection> {
  const name = target.stack ?? stackName(appName(root), target.stage ?? "");
  const { createCloudFormationClient, readStack } = await import("@stephooks/aws/deploy");
  const client = createCloudFormationClient(target.region === undefined ? {} : { region: target.region });
  try {
    const stack = await readStack(client, name);
    if (stack === undefined) {
      throw new CliError(
        "unknown-stack",
        `There is no stack ${name} in this account and region. Deploy it, or name it with --stack and --region.`,
        { stack: name },
      );
    }
    const resource = (id: string): string[] =>
      stack.resources.flatMap(({ logicalId, physicalId }) => (logicalId === id && physicalId ? [physicalId] : []));
    return {
      kind: "deployed",
      name,
      url: (stack.outputs["ApiUrl"] ?? "").replace(/\/$/, ""),
      environment: { ...process.env, ...withoutOptional, ...stackEnvironment(stack) },
      root,
      logGroups: [...resource("HttpLogGroup"), ...resource("WorkerLogGroup")],
    };
  } finally {
    client.destroy();
  }
}

/** What not every app has: what the shell says of another one's must not be taken for it. */
const withoutOptional = {
  [environmentNames.bucket]: undefined,
  [environmentNames.jobQueueUrl]: undefined,
  [environmentNames.jobDeadLetterUrl]: undefined,
  [environmentNames.jobQueueArn]: undefined,
  [environmentNames.history]: undefined,
};
