import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createAwsClients } from "@stephooks/aws";
import { provisionStack, type ProvisionedStack } from "@stephooks/aws/provision";
import { environmentNames, type Timings, timingsFor } from "@stephooks/aws/resources";
import { loadHandler } from "./load-handler.ts";
import { type ProcessName, type StackProcess, startProcess } from "./stack-process.ts";

export interface StackOptions {
  /** File that exports `handler`, as deployed. */
  readonly bundle: string;
  /** Folder that keeps table and queues; a temporary one, removed at the end, when absent. */
  readonly dataDir?: string;
  /** Forgets what the folder holds. */
  readonly fresh?: boolean;
  /** HTTP port; a free one by default. */
  readonly port?: number;
  /** With a key the rules of a deployed app apply; without one every request is let in. Loopback only. */
  readonly apiKey?: string;
  /** How long a step may run and how soon a lost message comes back. Default: as deployed. */
  readonly timings?: Timings;
  /** A DynamoDB to use instead of the emulator. */
  readonly dynamodbEndpoint?: string;
  /** Added to the environment of worker and HTTP process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the processes' output goes. */
  readonly output?: "inherit" | "ignore";
}

/** A running local stack: emulators, worker and HTTP front, each a process of its own. */
export interface Stack {
  /** Where the app answers. */
  readonly url: string;
  /** Names and addresses of table and queues. */
  readonly resources: ProvisionedStack;
  /** Environment with which AWS clients reach the emulators. */
  readonly environment: Readonly<Record<string, string>>;
  process(name: ProcessName): StackProcess;
  /** SIGKILL, as if the process had crashed. */
  kill(name: ProcessName): Promise<void>;
  /** Starts a process that was killed, where it was. */
  restart(name: ProcessName): Promise<void>;
  stop(): Promise<void>;
}

/** Names table and queues of the local stack. */
const STACK_NAME = "stephooks";

/** The emulators take any credentials; the clients refuse to send without some. */
const emulatorCredentials = Object.freeze({
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
});

/** Invocations at the same time: of the step queue as an event source mapping begins, of the dead letters one. */
const CONCURRENCY = { steps: 5, deadLetters: 1 } as const;

/**
 * Starts the stack. It lives as long as this process, or until `stop`.
 *
 * @throws LocalError `no-handler`, `process-failed` (also when the DynamoDB emulator is missing on this system).
 */
export async function startStack(given: StackOptions): Promise<Stack> {
  const { output = "inherit" } = given;
  // Even without a folder the data is on disk: the emulators, too, can be killed and started again.
  const temporary = given.dataDir === undefined ? mkdtempSync(join(tmpdir(), "stephooks-data-")) : undefined;
  const options = temporary === undefined ? given : { ...given, dataDir: temporary };
  const bundle = resolve(options.bundle);
  const timings = options.timings ?? (await deployedTimings(bundle));
  const processes = new Map<ProcessName, StackProcess>();
  const environments = new Map<ProcessName, Readonly<Record<string, string>>>();
  const start = async (name: ProcessName, environment: Readonly<Record<string, string>>): Promise<StackProcess> => {
    environments.set(name, environment);
    const started = await startProcess(name, environment, output);
    processes.set(name, started);
    return started;
  };
  const stop = async (): Promise<void> => {
    for (const name of ["http", "worker", "emulators"] as const) await processes.get(name)?.stop();
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  };
  try {
    const emulators = await start("emulators", emulatorEnvironment(options));
    const endpoints = endpointsOf(emulators);
    const resources = await provision(endpoints, timings);
    const environment = { ...endpoints, ...handlerEnvironment(resources, timings, options), ...options.environment };
    // Whoever is restarted must be found where it was.
    environments.set("emulators", emulatorEnvironment({ ...options, fresh: false }, endpoints));
    await start("worker", { ...environment, ...workerEnvironment(bundle, resources, timings) });
    const http = await start("http", { ...environment, ...httpEnvironment(bundle, options.port ?? 0, timings) });
    environments.set("http", { ...environment, ...httpEnvironment(bundle, Number(http.details["port"]), timings) });
    return {
      url: String(http.details["url"]),
      resources,
      environment: endpoints,
      process: (name) => running(processes, name),
      kill: (name) => running(processes, name).kill(),
      restart: async (name) => void (await start(name, environments.get(name) ?? {})),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function deployedTimings(bundle: string): Promise<Timings> {
  const { manifest } = await loadHandler(bundle);
  return timingsFor(Math.max(0, ...manifest.workflows.map((workflow) => workflow.longestStepTimeout)) || 50_000);
}

function running(processes: ReadonlyMap<ProcessName, StackProcess>, name: ProcessName): StackProcess {
  const found = processes.get(name);
  if (found === undefined) throw new TypeError(`the stack has no process ${name}`);
  return found;
}

function emulatorEnvironment(options: StackOptions, endpoints?: Readonly<Record<string, string>>) {
  const settings = {
    ...(options.dataDir === undefined ? {} : { dataDir: resolve(options.dataDir) }),
    ...(options.dynamodbEndpoint === undefined ? {} : { dynamodbEndpoint: options.dynamodbEndpoint }),
    fresh: options.fresh ?? false,
    ...(endpoints === undefined
      ? {}
      : {
          ports: {
            dynamodb: portOf(endpoints[environmentNames.dynamodbEndpoint]),
            sqs: portOf(endpoints[environmentNames.sqsEndpoint]),
          },
        }),
  };
  return { STEPHOOKS_LOCAL_EMULATORS: JSON.stringify(settings) };
}

function portOf(endpoint: string | undefined): number {
  return Number(new URL(endpoint ?? "http://127.0.0.1:0").port);
}

function endpointsOf(emulators: StackProcess): Readonly<Record<string, string>> {
  return {
    ...emulatorCredentials,
    [environmentNames.dynamodbEndpoint]: String(emulators.details["dynamodb"]),
    [environmentNames.sqsEndpoint]: String(emulators.details["sqs"]),
  };
}

async function provision(endpoints: Readonly<Record<string, string>>, timings: Timings): Promise<ProvisionedStack> {
  const clients = createAwsClients({
    environment: endpoints,
    region: emulatorCredentials.AWS_REGION,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  try {
    return await provisionStack({ clients, name: STACK_NAME, timings });
  } finally {
    clients.dynamodb.destroy();
    clients.sqs.destroy();
  }
}

/** What the template gives the deployed functions. */
function handlerEnvironment(resources: ProvisionedStack, timings: Timings, options: StackOptions) {
  return {
    [environmentNames.table]: resources.table,
    [environmentNames.stepQueueUrl]: resources.stepQueueUrl,
    [environmentNames.stepDeadLetterArn]: resources.stepDeadLetterArn,
    [environmentNames.functionTimeout]: String(timings.functionTimeout),
    [environmentNames.visibilityTimeout]: String(timings.visibilityTimeout),
    // Lambda's clock is in UTC.
    TZ: "UTC",
    ...(options.apiKey === undefined
      ? { [environmentNames.access]: "open" }
      : { [environmentNames.apiKeySha256]: createHash("sha256").update(options.apiKey).digest("hex") }),
  };
}

function workerEnvironment(bundle: string, resources: ProvisionedStack, timings: Timings) {
  const settings = {
    bundle,
    functionTimeout: timings.functionTimeout,
    queues: [
      { url: resources.stepQueueUrl, arn: resources.stepQueueArn, concurrency: CONCURRENCY.steps },
      { url: resources.stepDeadLetterUrl, arn: resources.stepDeadLetterArn, concurrency: CONCURRENCY.deadLetters },
    ],
  };
  return { STEPHOOKS_LOCAL_WORKER: JSON.stringify(settings) };
}

function httpEnvironment(bundle: string, port: number, timings: Timings) {
  return { STEPHOOKS_LOCAL_HTTP: JSON.stringify({ bundle, port, functionTimeout: timings.functionTimeout }) };
}
