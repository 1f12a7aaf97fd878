import { createServer, type Server } from "node:http";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type AwsClients, createAwsClients, sendTick, sqsQueueSource } from "@stephooks/aws";
import type { ProvisionedStack } from "@stephooks/aws/provision";
import { environmentNames } from "@stephooks/aws/resources";
import { jsonLogger, systemClock } from "@stephooks/core";
import {
  type Emulators,
  type LambdaFunction,
  type LambdaFunctionOptions,
  startEmulators,
  startLambdaFunction,
} from "@stephooks/emulators";
import { listen } from "../front-door.ts";
import { httpFront } from "../http-front.ts";
import { poll } from "../poller.ts";
import { readManifest } from "../read-manifest.ts";
import { bucketName, emulatorCredentials, type Environment } from "../stack-environment.ts";
import { forkProcess, startProcess } from "../stack-process.ts";
import { sweepEveryMinute } from "../sweep-every-minute.ts";
import { ticker } from "../ticker.ts";
import { httpApiFunction, resultOf, streamingFunction } from "./function-events.ts";
import { provisionDeployment, type ProvisionedDeployment } from "./provision-deployment.ts";
import { type DeployedFunction, type Deployment, readDeployment } from "./read-deployment.ts";
import { resolveValue } from "./resolve-value.ts";

export interface DeployedOptions {
  /** The template that `stephooks build` wrote. */
  readonly template: string;
  /** As `sam deploy --parameter-overrides` takes them. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** HTTP port; a free one by default. */
  readonly port?: number;
  /** How many ports after `port` are tried when it is taken. Default 0. */
  readonly furtherPorts?: number;
  /** Arguments of Node that start a runtime interface client instead of the small one. */
  readonly client?: readonly string[];
  /** Where the functions' output goes: to this process's standard error (default), or nowhere. */
  readonly output?: "inherit" | "ignore";
}

/**
 * What a template describes: its functions, the HTTP API, its queues and schedules. Services are emulated, but for the
 * DynamoDB that `AWS_ENDPOINT_URL_DYNAMODB` of this process may name.
 */
export interface Deployed {
  /** Where the HTTP API answers. */
  readonly url: string;
  /** Where the Function URL answers; there when parameter `StreamUrl` is `yes`. */
  readonly streamUrl: string | undefined;
  readonly resources: ProvisionedStack;
  /** Environment with which AWS clients reach the emulators. */
  readonly environment: Environment;
  /** The template's functions. */
  readonly http: LambdaFunction;
  /** What the function of the HTTP API was started with. */
  readonly httpSettings: LambdaFunctionOptions;
  readonly worker: LambdaFunction;
  /** Ends everything. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Runs what `stephooks build` wrote as Lambda would: each function in processes of its own behind the Runtime API, with
 * the environment that the template gives it and nothing else. Only the emulators' addresses are added.
 *
 * @throws LocalError `bad-template`, `port-taken`; SamError `bad-template`; EmulatorError `binary-missing`.
 */
export async function startDeployed(options: DeployedOptions): Promise<Deployed> {
  const deployment = readDeployment(resolve(options.template), options.parameters ?? {});
  const stack = new AsyncDisposableStack();
  try {
    // An empty variable is one that is not set.
    const dynamodbEndpoint = process.env[environmentNames.dynamodbEndpoint] || undefined;
    const emulators = await startEmulators({
      buckets: [bucketName],
      ...(dynamodbEndpoint === undefined ? {} : { dynamodbEndpoint }),
    });
    stack.defer(() => emulators.stop());
    const clients = clientsOf(emulators);
    stack.defer(() => {
      clients.dynamodb.destroy();
      clients.sqs.destroy();
    });
    const provisioned = await provisionDeployment(clients, deployment);
    return await started({ options, deployment, emulators, clients, provisioned, stack });
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** Time for invocations that run to end, milliseconds. */
const END_LIMIT = 2_000;

interface Start {
  readonly options: DeployedOptions;
  readonly deployment: Deployment;
  readonly emulators: Emulators;
  readonly clients: AwsClients;
  readonly provisioned: ProvisionedDeployment;
  /** Undoes what was started, the last first. */
  readonly stack: AsyncDisposableStack;
}

async function started(start: Start): Promise<Deployed> {
  const { deployment, emulators, options, provisioned, stack } = start;
  const lambda = (name: string, definition: DeployedFunction): LambdaFunction =>
    stack.adopt(startLambdaFunction(settingsOf(name, definition, start)), (running) => running.stop());
  const http = lambda("HttpFunction", deployment.http);
  const worker = lambda("WorkerFunction", deployment.worker);
  const stream = deployment.stream && lambda("StreamFunction", deployment.stream);
  await invokeByItself(worker, start);
  const logger = jsonLogger();
  const serve = async (front: Parameters<typeof httpFront>[0]["handler"], timeout: number): Promise<string> => {
    const server = stack.adopt(createServer(httpFront({ handler: front, functionTimeout: timeout, logger })), close);
    return `http://127.0.0.1:${await listen(server, options.port ?? 0, options.furtherPorts ?? 0)}`;
  };
  const url = await serve(httpApiFunction(http), deployment.http.timeout);
  const streamUrl = stream && (await serve(streamingFunction(stream), deployment.http.timeout));
  return {
    url,
    streamUrl,
    resources: provisioned.resources,
    environment: emulators.environment,
    http,
    httpSettings: settingsOf("HttpFunction", deployment.http, start),
    worker,
    stop: () => stack.disposeAsync(),
  };
}

function settingsOf(
  name: string,
  { variables, ...definition }: DeployedFunction,
  { emulators, options, provisioned }: Start,
): LambdaFunctionOptions {
  const given = Object.entries(variables).map(([key, value]) => [key, resolveValue(value, provisioned.references)]);
  return {
    ...definition,
    name,
    variables: { ...endpointsOf(emulators), ...Object.fromEntries(given) },
    ...(options.client === undefined ? {} : { client: options.client }),
    ...(options.output === undefined ? {} : { output: options.output }),
  };
}

/** Where the emulators are, which nothing in a template tells. */
function endpointsOf({ environment }: Emulators): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith("AWS_ENDPOINT_URL_")));
}

/** Stands in for the event source mappings and for EventBridge Scheduler. */
async function invokeByItself(
  worker: LambdaFunction,
  { clients, deployment, options, provisioned, stack }: Start,
): Promise<void> {
  const stopping = new AbortController();
  const invoke = async (event: object): Promise<unknown> => resultOf(worker, event);
  const polling = provisioned.queues.map(({ arn, batchSize, concurrency, url }) =>
    poll({
      source: sqsQueueSource(clients.sqs, url, { signal: stopping.signal }),
      queueArn: arn,
      batchSize,
      concurrency,
      functionTimeout: deployment.worker.timeout,
      invoke,
      logger: jsonLogger(),
      signal: stopping.signal,
    }),
  );
  stack.defer(async () => {
    stopping.abort();
    await Promise.race([Promise.all(polling), pause(END_LIMIT, undefined, { ref: false })]);
  });
  sweepEveryMinute({ invoke, clock: systemClock, signal: stopping.signal });
  if (!deployment.hasTicks) return;
  const reader = forkProcess("manifest", options.output ?? "inherit");
  const { crons = [] } = await readManifest(join(deployment.worker.code, "index.mjs"), {}, (environment) =>
    startProcess("manifest", environment, reader),
  );
  const send = async (body: string) => sendTick(clients.sqs, provisioned.resources.stepQueueUrl, body);
  const ticks = stack.adopt(ticker({ clock: systemClock, send }), (running) => running.stop());
  ticks.follow(crons);
}

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}

function clientsOf({ environment }: Emulators): AwsClients {
  return createAwsClients({
    environment,
    region: emulatorCredentials.AWS_REGION,
    credentials: {
      accessKeyId: emulatorCredentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: emulatorCredentials.AWS_SECRET_ACCESS_KEY,
    },
  });
}
