import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type AwsClients, createAwsClients, dynamodbInstanceIndex, sendTick } from "@stephooks/aws";
import type { ProvisionedStack } from "@stephooks/aws/provision";
import { environmentNames, type Timings, timingsFor } from "@stephooks/aws/resources";
import { type AppManifest, type Clock, longestTimeout } from "@stephooks/core";
import type { ProcessSet } from "./process-set.ts";
import { nextSweep } from "@stephooks/engine/background";
import { dueTimes } from "./clock/due-times.ts";
import { type PolledQueue, provisionApp, type ProvisionedApp } from "./provision-app.ts";
import {
  emulatorCredentials,
  type Environment,
  handlerEnvironment,
  httpEnvironment,
  workerEnvironment,
} from "./stack-environment.ts";
import type { ProcessName, StackProcess } from "./stack-process.ts";
import { type Ticker, ticker } from "./ticker.ts";

export interface AppRunnerOptions {
  readonly processes: ProcessSet;
  /** With which AWS clients reach the emulators. */
  readonly endpoints: Environment;
  /** Where the stack listens, and whether its clock can be set forward. */
  readonly front: { readonly port: number; readonly virtualClock: boolean };
  readonly clock: Clock;
  readonly sourceDir?: string;
  readonly apiKey?: string;
  /** Default: as deployed. */
  readonly timings?: Timings;
  /** Added to the environment of worker and HTTP process. */
  readonly environment?: Environment;
}

/** Runs an app on the emulators, and the next version of it after that. */
export interface AppRunner {
  /** Names and addresses of what exists for the app that runs. */
  readonly resources: ProvisionedStack;
  /** What the app's functions have in their environment. */
  readonly environment: Environment;
  /** What it registers. */
  readonly manifest: AppManifest;
  readonly ticks: Ticker;
  /** The queues its worker polls. */
  readonly queues: readonly PolledQueue[];
  /** The next minute, after the one swept last, in which a pass of the sweeper can find something. */
  nextSweep(swept: number): Promise<number>;
  /** Provisions what an app with this manifest needs, for `runAsBefore` to begin with it. Nothing when it cannot. */
  expect(manifest: AppManifest): Promise<void>;
  /**
   * Provisions what the bundle needs and goes on with it. Its schedules begin when it runs: ticks of a time when nobody
   * ran it are not made up, as EventBridge makes up none for a schedule that did not exist.
   */
  run(bundle: string, manifest: AppManifest): Promise<void>;
  /**
   * Goes on with a bundle that registers what the one before registered, or what was expected, for which everything is
   * there already. False when it registers something else or does not start: then the one before goes on.
   */
  runAsBefore(bundle: string): Promise<boolean>;
  /** Sends no tick any more. The processes are somebody else's to stop. */
  stop(): void;
}

/** An app that runs or is about to. */
interface KnownApp extends ProvisionedApp {
  readonly manifest: AppManifest;
  readonly timings: Timings;
}

export function appRunner(options: AppRunnerOptions): AppRunner {
  const clients = clientsOf(options.endpoints);
  let app: KnownApp | undefined;
  let followed: AppManifest | undefined;
  let environment: Environment = {};
  const known = (): KnownApp => {
    if (app === undefined) throw new TypeError("no app runs yet");
    return app;
  };
  const ticks = ticker({
    clock: options.clock,
    send: async (body) => sendTick(clients.sqs, known().resources.stepQueueUrl, body),
  });
  const goOnWith = (bundle: string, next: KnownApp): void => {
    app = next;
    environment = commonEnvironment(bundle, next, options);
    if (followed !== next.manifest) ticks.follow(next.manifest.crons ?? []);
    followed = next.manifest;
  };
  return {
    get resources() {
      return known().resources;
    },
    get manifest() {
      return known().manifest;
    },
    get queues() {
      return app?.queues ?? [];
    },
    get environment() {
      return environment;
    },
    ticks,
    nextSweep: async (swept) =>
      nextSweep(await dueTimes(dynamodbInstanceIndex(clients.dynamodb, known().resources.table)), swept),
    expect: async (manifest) => {
      // It was kept by another version, perhaps.
      app = await provisioned(clients, manifest, options.timings).catch(() => undefined);
    },
    run: async (bundle, manifest) => {
      const next = await provisioned(clients, manifest, options.timings);
      await options.processes.replace(environmentsOf(resolve(bundle), next, options));
      goOnWith(resolve(bundle), next);
    },
    runAsBefore: async (bundle) => {
      if (app === undefined) return false;
      const same = app;
      const replaced = await options.processes
        .replace(environmentsOf(resolve(bundle), same, options), registering(same.manifest))
        .catch(() => false);
      if (replaced) goOnWith(resolve(bundle), same);
      return replaced;
    },
    stop: () => {
      ticks.stop();
      clients.dynamodb.destroy();
      clients.sqs.destroy();
    },
  };
}

async function provisioned(
  clients: AwsClients,
  manifest: AppManifest,
  timings = timingsFor(longestTimeout(manifest)),
): Promise<KnownApp> {
  return { ...(await provisionApp(clients, manifest, timings)), manifest, timings };
}

/** Whether the processes that have come up run an app with this manifest. */
function registering(manifest: AppManifest) {
  return (up: ReadonlyMap<ProcessName, StackProcess>): boolean =>
    isDeepStrictEqual(up.get("http")?.details["manifest"], manifest);
}

function environmentsOf(
  bundle: string,
  app: KnownApp,
  options: AppRunnerOptions,
): ReadonlyMap<ProcessName, Environment> {
  const common = commonEnvironment(bundle, app, options);
  return new Map([
    ["worker", { ...common, ...workerEnvironment(bundle, app.queues, app.timings) }],
    ["http", { ...common, ...httpEnvironment(bundle, options.front, app.timings) }],
  ]);
}

function commonEnvironment(
  bundle: string,
  { resources, timings }: KnownApp,
  { apiKey, endpoints, environment, sourceDir = "." }: AppRunnerOptions,
): Environment {
  return {
    ...endpoints,
    ...handlerEnvironment(resources, timings, apiKey),
    [environmentNames.bundle]: bundle,
    [environmentNames.sourceFolder]: resolve(sourceDir),
    ...environment,
  };
}

function clientsOf(endpoints: Environment): AwsClients {
  return createAwsClients({
    environment: endpoints,
    region: emulatorCredentials.AWS_REGION,
    credentials: {
      accessKeyId: emulatorCredentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: emulatorCredentials.AWS_SECRET_ACCESS_KEY,
    },
  });
}
