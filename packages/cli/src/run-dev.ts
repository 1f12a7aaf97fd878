import { once } from "node:events";
import { join, resolve } from "node:path";
import { environmentNames } from "@stephooks/aws/resources";
import { isCodedError } from "@stephooks/core";
import { startStack } from "@stephooks/local";
import { CliError } from "./cli-error.ts";
import { answersAt, readDevRecord, removeDevRecord, writeDevRecord } from "./connection/dev-record.ts";
import { type DevBuild, devBuilds } from "./dev-builds.ts";
import { devReport } from "./dev-report.ts";
import { readEnvFile } from "./env-file.ts";
import { findEntry, rootOf } from "./find-entry.ts";
import { pruneCompiledCode } from "./keep-compiled-code.ts";
import { keepManifest, keptManifest } from "./kept-manifest.ts";
import { openDevLog } from "./logs/dev-log-file.ts";
import { FURTHER_PORTS, readPort } from "./read-port.ts";

export interface DevOptions {
  readonly port: string;
  readonly data?: string;
  readonly fresh?: true;
  readonly apiKey?: string;
  readonly dynamodbEndpoint?: string;
  readonly virtualClock?: true;
  readonly json?: true;
}

/** Time to end in order, milliseconds. After it the processes are left to see that this one is gone. */
const END_LIMIT = 4_500;

/** `stephooks dev`: serves until SIGINT or SIGTERM, and goes on with what the app's files say when they change. */
export async function runDev(given: string, options: DevOptions): Promise<void> {
  const port = readPort(options.port);
  const { apiKey, dynamodbEndpoint } = options;
  if (dynamodbEndpoint !== undefined) checkEndpoint(dynamodbEndpoint);
  const entry = findEntry(given);
  const root = rootOf(given, entry);
  const { fresh = false, virtualClock = false } = options;
  const data = await dataFolder(root, options);
  const report = devReport(options.json === true);
  const builds = await devBuilds(entry, root);
  const log = openDevLog(root);
  const expected = keptManifest(root);
  try {
    const stack = await startStack({
      bundle: builds.first().then(({ file }) => file),
      port,
      furtherPorts: FURTHER_PORTS,
      fresh,
      sourceDir: root,
      virtualClock,
      onCrash: report.crashed,
      output: (line) => {
        log.write(line);
        report.log(line);
      },
      ahead: builds.ahead,
      ...(expected === undefined ? {} : { expected }),
      ...(data === undefined ? {} : { dataDir: data }),
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(dynamodbEndpoint === undefined ? {} : { dynamodbEndpoint }),
      // What each transition changed costs nothing here; the app's own .env may say otherwise.
      environment: { [environmentNames.history]: "changes", ...readEnvFile(root) },
    });
    const record = (): void => {
      const { functions: environment, url } = stack;
      writeDevRecord(root, { pid: process.pid, url, environment, ...(data && { data: resolve(data) }) });
      keepManifest(root, stack.manifest);
    };
    record();
    const ended = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    const watching = builds.watch(async (build: DevBuild) => {
      try {
        await stack.reload((await build()).file);
        record();
        report.reloaded(stack.url);
      } catch (error) {
        report.failed(isCodedError(error) ? error.code : "failed", error);
      }
    });
    await watching;
    report.ready(stack.url, port, data);
    pruneCompiledCode(root, Date.now());
    await ended;
    setTimeout(() => process.exit(0), END_LIMIT).unref();
    await stack.stop();
  } finally {
    removeDevRecord(root, process.pid);
    log.close();
    await builds.stop();
  }
}

/**
 * Where the data is kept; undefined when it is not: that of a time to come would look strange to the next run.
 *
 * @throws CliError `already-running` when another process serves the app with the same data.
 */
async function dataFolder(root: string, { fresh, virtualClock, ...given }: DevOptions): Promise<string | undefined> {
  const { data = fresh || virtualClock ? undefined : join(root, ".stephooks/data") } = given;
  const running = readDevRecord(root);
  if (data === undefined || running?.data !== resolve(data) || !(await answersAt(running))) return data;
  const { pid, url } = running;
  throw new CliError(
    "already-running",
    `stephooks dev serves ${root} already, at ${url} (process ${pid}). Use that one: it takes changes of the files by itself. Or end it with Ctrl-C or kill ${pid}, or give this one data of its own with --fresh or --data.`,
    { url, pid },
  );
}

function checkEndpoint(given: string): void {
  if (URL.canParse(given)) return;
  throw new CliError("bad-usage", `--dynamodb-endpoint ${given} is no URL: give one such as http://127.0.0.1:8000.`);
}
