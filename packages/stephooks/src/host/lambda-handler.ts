import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readAwsSettings, streamified, type StreamingHandler } from "@stephooks/aws/lambda";
import { environmentNames } from "@stephooks/aws/resources";
import { type AppManifest, isLogLevel, jsonLogger, systemClock, systemRandom } from "@stephooks/core";
import type { AppRegistry } from "../app-registry.ts";
import type { Runtime } from "../runtime.ts";
import { StephooksError } from "../stephooks-error.ts";
import { bucketBlobs } from "./bucket-blobs.ts";
import { accessSettings, showsDetails } from "./access-settings.ts";
import { createRuntime, type HostSettings } from "./create-runtime.ts";
import { dispatch, dispatchStreaming } from "./dispatch.ts";
import { portsOnDemand } from "./ports-on-demand.ts";
import { metricLine } from "./transition-metrics.ts";

/** An app as Lambda runs it. Reads its configuration and opens connections at the first event, not before. */
export interface LambdaHandler {
  (event: unknown, context?: unknown): Promise<unknown>;
  /** What the app registered, for tools. */
  readonly manifest: AppManifest;
  /**
   * The same app behind a Function URL that streams (`InvokeMode: RESPONSE_STREAM`). A bundle exports it as `streaming`.
   * Every HTTP event is answered in the form only such a front reads.
   */
  readonly streaming: StreamingHandler;
  /** Loads what the events of this function will need beyond the app itself. A bundle waits for it before it is loaded. */
  readonly prepare: () => Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const registries = new WeakMap<LambdaHandler, AppRegistry>();
const runtimes = new WeakMap<LambdaHandler, () => Runtime>();

/** The registry behind a handler, for hosts other than Lambda. */
export function registryOf(handler: LambdaHandler): AppRegistry | undefined {
  return registries.get(handler);
}

/** What the handler's events run on. @throws StephooksError `unsupported` for a handler that `app.init()` did not make. */
export function runtimeOf(handler: LambdaHandler): Runtime {
  const runtime = runtimes.get(handler);
  if (runtime !== undefined) return runtime();
  throw new StephooksError("unsupported", "This is not the value of app.init(), from the same copy of stephooks.");
}

export function lambdaHandler(registry: AppRegistry): LambdaHandler {
  let runtime: Runtime | undefined;
  const running = (): Runtime => (runtime ??= runtimeOnAws(registry, process.env));
  const handle = async (event: unknown, context?: unknown): Promise<unknown> => dispatch(event, context, running());
  const streaming = streamified(async (event, stream, context) =>
    dispatchStreaming(event, { context, stream }, running()),
  );
  const handler: LambdaHandler = Object.defineProperty(
    Object.assign(handle, { manifest: registry.manifest(), streaming, prepare: () => prepare(process.env) }),
    "manifest",
    {
      get: () => registry.manifest(),
      enumerable: true,
    },
  );
  registries.set(handler, registry);
  runtimes.set(handler, running);
  return handler;
}

/** Lambda gives a function that starts more of the processor than one that works. */
async function prepare(environment: Environment): Promise<void> {
  if (environment[environmentNames.work] === "messages") await import("./background-work.ts");
}

function runtimeOnAws(registry: AppRegistry, environment: Environment): Runtime {
  const settings = readAwsSettings(environment);
  const level = environment[environmentNames.logLevel];
  const logger = jsonLogger(isLogLevel(level) ? level : undefined);
  const { apiKeys, jobs, ...services } = portsOnDemand(async () => {
    const { awsServices } = await import("./aws-services.ts");
    return awsServices(settings, logger);
  });
  const ports = {
    ...services,
    // An app without workers has no queue for jobs.
    jobs: settings.jobs && jobs,
    blobs: bucketBlobs(environment),
    clock: systemClock,
    random: systemRandom,
    logger,
  };
  return createRuntime(registry, ports, {
    engine: { functionTimeout: settings.functionTimeout, visibilityTimeout: settings.visibilityTimeout },
    http: {
      access: accessSettings(environment, apiKeys),
      space: environment[environmentNames.space] ?? "dev",
      showDetails: showsDetails(environment),
    },
    deadLetterArn: settings.stepDeadLetterArn,
    jobQueueArn: settings.jobs?.queueArn,
    sourceFolder: environment[environmentNames.sourceFolder] ?? join(codeFolder(environment), "source"),
    deployment: () => deploymentOf(environment),
    // Whoever wants it deployed says so in the workflow's options.
    history: environment[environmentNames.history] === "changes" ? "changes" : undefined,
    onTransition: metricsTo(process.stdout, environment),
  });
}

/** Counts transitions in CloudWatch's metrics; nothing where no Lambda runs, and so nobody reads such lines. */
function metricsTo(out: { write(text: string): unknown }, environment: Environment): HostSettings["onTransition"] {
  const name = environment["AWS_LAMBDA_FUNCTION_NAME"];
  if (!name) return undefined;
  return (event) => {
    const line = metricLine(event, name, systemClock.now());
    if (line !== undefined) out.write(`${line}\n`);
  };
}

function codeFolder(environment: Environment): string {
  return environment["LAMBDA_TASK_ROOT"] ?? ".";
}

/** The content of the bundle names a deployment: chunks it loads carry their content in their names. */
async function deploymentOf(environment: Environment): Promise<string> {
  const bundle = environment[environmentNames.bundle] ?? join(codeFolder(environment), "index.mjs");
  return createHash("sha256")
    .update(await readFile(bundle))
    .digest("hex");
}
