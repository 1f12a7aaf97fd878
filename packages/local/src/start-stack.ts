import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ProvisionedStack } from "@stephooks/aws/provision";
import { environmentNames, type Timings } from "@stephooks/aws/resources";
import type { AppManifest } from "@stephooks/core";
import type { AppRunner } from "./app-runner.ts";
import { followClock, keepOffset, keptOffset } from "./clock/follow-clock.ts";
import { MovableClock } from "./clock/movable-clock.ts";
import { type StackClock, stackClock } from "./clock/stack-clock.ts";
import { type FrontDoor, openFrontDoor } from "./front-door.ts";
import { type ProcessSet, processSet } from "./process-set.ts";
import { readManifest } from "./read-manifest.ts";
import { clockEnvironment, emulatorEnvironment, endpointsOf, type Environment } from "./stack-environment.ts";
import type { Ahead, ProcessName, StackOutput, StackProcess } from "./stack-process.ts";
import { sweepEveryMinute } from "./sweep-every-minute.ts";

export interface StackOptions {
  /** File that exports `handler`, as deployed; what is not there yet is waited for while the emulators start. */
  readonly bundle: string | Promise<string>;
  /** Folder that keeps table and queues; a temporary one, removed at the end, when absent. */
  readonly dataDir?: string;
  /** Forgets what the folder holds. */
  readonly fresh?: boolean;
  /** Folder with the app's source: static files and views. Default: the current one. */
  readonly sourceDir?: string;
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
  /** Whether tools may set the clock of the whole stack forward: `POST /_stephooks/clock/advance`. Default: no. */
  readonly virtualClock?: boolean;
  /** Added to the environment of worker and HTTP process. */
  readonly environment?: Environment;
  /** Where the processes' output goes. Default: `inherit`. */
  readonly output?: StackOutput;
  /**
   * Keeps processes at hand that have loaded this, so that a reload takes less time and the stack more memory. It is
   * asked before each is started; undefined: not known yet. Default: none is kept.
   */
  readonly ahead?: () => Ahead | undefined;
  /** What the app registered the last time: the start is faster when it still does. */
  readonly expected?: AppManifest;
  /** Told about a process that crashed, which is then started again. Without it a crashed process stays down. */
  readonly onCrash?: (name: ProcessName) => void;
}

/** A running local stack: emulators, worker and HTTP front, each a process of its own. */
export interface Stack {
  /** Where the app answers. */
  readonly url: string;
  /** Names and addresses of table and queues, as the bundle that runs now needs them. */
  readonly resources: ProvisionedStack;
  /** Environment with which AWS clients reach the emulators. */
  readonly environment: Environment;
  /** The environment of the app's functions: with it another process reaches what they reach. */
  readonly functions: Environment;
  /** What the app that runs registers. */
  readonly manifest: AppManifest;
  process(name: ProcessName): StackProcess;
  /** SIGKILL, as if the process had crashed. */
  kill(name: ProcessName): Promise<void>;
  /** Starts a process again, where it was; one that still runs is ended first. */
  restart(name: ProcessName): Promise<void>;
  /**
   * Goes on with another bundle. Requests and steps that have begun end with the old one; requests that come meanwhile
   * wait. When the new one cannot be started, the old one stays.
   *
   * @throws LocalError `bundle-failed`, `no-handler`, `process-failed`.
   */
  reload(bundle: string): Promise<void>;
  /** Ends all three. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Starts the stack. It lives as long as this process, or until `stop`.
 *
 * @throws LocalError `port-taken`, `bundle-failed`, `no-handler`, `process-failed` (also when the DynamoDB emulator is
 * missing on this system).
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const door = await openFrontDoor(options.port ?? 0, options.furtherPorts ?? 0);
  // Even without a folder the data is on disk: the emulators, too, can be killed and started again.
  const isTemporary = options.dataDir === undefined;
  const dataDir = resolve(options.dataDir ?? mkdtempSync(join(tmpdir(), "stephooks-data-")));
  const clock = new MovableClock(options.virtualClock === true && options.fresh !== true ? keptOffset(dataDir) : 0);
  const advancing = Promise.withResolvers<StackClock>();
  const processes = processSet({
    output: options.output ?? "inherit",
    onChange: (name, process) => {
      if (name === "http") door.leadTo(process && Number(process.details["port"]));
      if (options.virtualClock === true && process) followClock(process, clock, advancing.promise);
    },
    ...(options.virtualClock === true ? { environment: () => clockEnvironment(clock.offset) } : {}),
    // With a clock of its own a process sets it before it loads anything of the app.
    ...(options.ahead === undefined || options.virtualClock === true ? {} : { ahead: options.ahead }),
    ...(options.onCrash === undefined ? {} : { onCrash: options.onCrash }),
  });
  const stop = async (): Promise<void> => {
    door.close();
    await processes.stop();
    if (isTemporary) rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    return await started({ options, processes, door, dataDir, clock, advancing: advancing.resolve, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Start {
  readonly options: StackOptions;
  readonly processes: ProcessSet;
  readonly door: FrontDoor;
  readonly dataDir: string;
  readonly clock: MovableClock;
  /** Takes what the clock can be set forward with, once the app runs. */
  readonly advancing: (clock: StackClock) => void;
  readonly stop: () => Promise<void>;
}

async function started(start: Start): Promise<Stack> {
  const { advancing, clock, dataDir, door, options, processes, stop } = start;
  const { environment = {} } = options;
  // Also when the timings are given: a bundle without handler is told apart here.
  const manifestOf = (file: string): Promise<AppManifest> =>
    readManifest(resolve(file), environment, (given) => processes.startBeside("manifest", given));
  const { endpoints, runner } = await firstRun(start, manifestOf);
  const stopping = new AbortController();
  const sweeps = sweepEveryMinute({
    // Without a worker there is no pass.
    invoke: async (event) => processes.get("worker").ask("sweep", { event }),
    clock,
    signal: stopping.signal,
  });
  advancing(stackClock({ clock, processes, runner, sweeps, onMove: (offset) => keepOffset(dataDir, offset) }));
  return {
    url: `http://127.0.0.1:${door.port}`,
    get resources() {
      return runner.resources;
    },
    environment: endpoints,
    get functions() {
      return runner.environment;
    },
    get manifest() {
      return runner.manifest;
    },
    process: (name) => processes.get(name),
    kill: (name) => processes.get(name).kill(),
    restart: (name) => processes.restart(name),
    reload: async (next) => {
      // What is edited is mostly what a function does, not what there is: then there is nothing to read and to make.
      if (!(await runner.runAsBefore(next))) await runner.run(next, await manifestOf(next));
    },
    stop: async () => {
      stopping.abort();
      runner.stop();
      await stop();
    },
  };
}

interface FirstRun {
  /** With which AWS clients reach the emulators. */
  readonly endpoints: Environment;
  readonly runner: AppRunner;
}

/** The app on the emulators. Whatever needs nothing of the other is done at the same time. */
async function firstRun(
  { clock, dataDir, door, options, processes }: Start,
  manifestOf: (file: string) => Promise<AppManifest>,
): Promise<FirstRun> {
  const { bundle, expected } = options;
  const front = { port: door.port, virtualClock: options.virtualClock === true };
  const starting = startEmulators(processes, dataDir, options);
  processes.prepare(["worker", "http"]);
  // Loaded while they start: it leads to the AWS SDK.
  const loading = import("./app-runner.ts");
  const preparing = (async () => {
    const [endpoints, { appRunner }] = await Promise.all([starting, loading]);
    const runner = appRunner({ ...options, processes, endpoints, front, clock });
    if (expected !== undefined) await runner.expect(expected);
    return { endpoints, runner };
  })();
  const reading = (async () => {
    const file = await bundle;
    return { file, manifest: expected === undefined ? await manifestOf(file) : undefined };
  })();
  // Both are waited for: one that is still on its way when the other fails could not be stopped.
  const [prepared, read] = await Promise.allSettled([preparing, reading]);
  if (prepared.status === "rejected") throw read.status === "rejected" ? read.reason : prepared.reason;
  const { runner } = prepared.value;
  try {
    if (read.status === "rejected") throw read.reason;
    const { file, manifest } = read.value;
    // Where nothing was expected there is nothing to run as before.
    if (!(await runner.runAsBefore(file))) await runner.run(file, manifest ?? (await manifestOf(file)));
    return prepared.value;
  } catch (error) {
    runner.stop();
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
