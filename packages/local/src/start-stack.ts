import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createAwsClients } from "@stephooks/aws";
import { provisionStack, type ProvisionedStack } from "@stephooks/aws/provision";
import { environmentNames, type Timings, timingsFor } from "@stephooks/aws/resources";
import { loadHandler } from "./load-handler.ts";
import { type ProcessSet, processSet } from "./process-set.ts";
import {
  emulatorCredentials,
  emulatorEnvironment,
  endpointsOf,
  type Environment,
  handlerEnvironment,
  httpEnvironment,
  workerEnvironment,
} from "./stack-environment.ts";
import type { ProcessName, StackProcess } from "./stack-process.ts";

export interface StackOptions {
  /** File that exports `handler`, as deployed. */
  readonly bundle: string;
  /** Folder that keeps table and queues; a temporary one, removed at the end, when absent. */
  readonly dataDir?: string;
  /** Forgets what the folder holds. */
  readonly fresh?: boolean;
  /** HTTP port; a free one by default. */
  readonly port?: number;
  /** How many ports after `port` are tried when it is taken. Default 0. */
  readonly furtherPorts?: number;
  /** With a key the rules of a deployed app apply; without one every request is let in. Loopback only. */
  readonly apiKey?: string;
  /** How long a step may run and how soon a lost message comes back. Default: as deployed. */
  readonly timings?: Timings;
  /** A DynamoDB to use instead of the emulator. Default: `AWS_ENDPOINT_URL_DYNAMODB` of this process, if set. */
  readonly dynamodbEndpoint?: string;
  /** Path of the DynamoDB emulator's program, when it is not installed as an npm package. */
  readonly dynamodbBinary?: string;
  /** Added to the environment of worker and HTTP process. */
  readonly environment?: Environment;
  /** Where the processes' output goes: to this process's standard error (default), or nowhere. */
  readonly output?: "inherit" | "ignore";
}

/** A running local stack: emulators, worker and HTTP front, each a process of its own. */
export interface Stack {
  /** Where the app answers. */
  readonly url: string;
  /** Names and addresses of table and queues. */
  readonly resources: ProvisionedStack;
  /** Environment with which AWS clients reach the emulators. */
  readonly environment: Environment;
  process(name: ProcessName): StackProcess;
  /** SIGKILL, as if the process had crashed. */
  kill(name: ProcessName): Promise<void>;
  /** Starts a process again, where it was; one that still runs is ended first. */
  restart(name: ProcessName): Promise<void>;
  /** Ends all three. May be called more than once. */
  stop(): Promise<void>;
}

/** Names table and queues of the local stack. */
const STACK_NAME = "stephooks";

/** What the longest step of an app without workflows is taken for, milliseconds. */
const STEPLESS_TIMEOUT = 50_000;

/**
 * Starts the stack. It lives as long as this process, or until `stop`.
 *
 * @throws LocalError `bundle-failed`, `no-handler`, `process-failed` (also when the DynamoDB emulator is missing on
 * this system).
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const bundle = resolve(options.bundle);
  // Also when the timings are given: a bundle without handler is told apart before anything is started.
  const { manifest } = await loadHandler(bundle);
  const longestStep = Math.max(0, ...manifest.workflows.map((workflow) => workflow.longestStepTimeout));
  const timings = options.timings ?? timingsFor(longestStep || STEPLESS_TIMEOUT);
  // Even without a folder the data is on disk: the emulators, too, can be killed and started again.
  const isTemporary = options.dataDir === undefined;
  const dataDir = resolve(options.dataDir ?? mkdtempSync(join(tmpdir(), "stephooks-data-")));
  const processes = processSet(options.output ?? "inherit");
  const stop = async (): Promise<void> => {
    await processes.stop();
    if (isTemporary) rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const endpoints = await startEmulators(processes, dataDir, options);
    const resources = await provision(endpoints, timings);
    const environment = {
      ...endpoints,
      ...handlerEnvironment(resources, timings, options.apiKey),
      ...options.environment,
    };
    // Both are waited for: one that is still on its way when the other fails could not be stopped.
    const [worker, http] = await Promise.allSettled([
      processes.start("worker", { ...environment, ...workerEnvironment(bundle, resources, timings) }),
      startHttp(processes, environment, { ...options, bundle, timings }),
    ]);
    if (worker.status === "rejected") throw worker.reason;
    if (http.status === "rejected") throw http.reason;
    return {
      url: http.value,
      resources,
      environment: endpoints,
      process: processes.get,
      kill: (name) => processes.get(name).kill(),
      restart: processes.restart,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startEmulators(processes: ProcessSet, dataDir: string, options: StackOptions): Promise<Environment> {
  const { dynamodbBinary, fresh = false } = options;
  // An empty variable is one that is not set.
  const dynamodbEndpoint = options.dynamodbEndpoint ?? (process.env[environmentNames.dynamodbEndpoint] || undefined);
  const choices = { dataDir, dynamodbBinary, dynamodbEndpoint };
  const endpoints = endpointsOf(await processes.start("emulators", emulatorEnvironment({ ...choices, fresh })));
  processes.startAgainWith("emulators", emulatorEnvironment({ ...choices, fresh: false }, endpoints));
  return endpoints;
}

async function startHttp(
  processes: ProcessSet,
  environment: Environment,
  { bundle, furtherPorts = 0, port: wanted = 0, timings }: StackOptions & { readonly timings: Timings },
): Promise<string> {
  const settings = { bundle, functionTimeout: timings.functionTimeout };
  const http = await processes.start("http", {
    ...environment,
    ...httpEnvironment({ ...settings, port: wanted, furtherPorts: wanted === 0 ? 0 : furtherPorts }),
  });
  const port = Number(http.details["port"]);
  processes.startAgainWith("http", { ...environment, ...httpEnvironment({ ...settings, port, furtherPorts: 0 }) });
  return String(http.details["url"]);
}

async function provision(endpoints: Environment, timings: Timings): Promise<ProvisionedStack> {
  const clients = createAwsClients({
    environment: endpoints,
    region: emulatorCredentials.AWS_REGION,
    credentials: {
      accessKeyId: emulatorCredentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: emulatorCredentials.AWS_SECRET_ACCESS_KEY,
    },
  });
  try {
    return await provisionStack({ clients, name: STACK_NAME, timings });
  } finally {
    clients.dynamodb.destroy();
    clients.sqs.destroy();
  }
}
