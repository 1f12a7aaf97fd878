import { setTimeout as pause } from "node:timers/promises";
import { isLogLevel, parseDuration } from "@stephooks/core";
import { CliError } from "../cli-error.ts";
import { appRoot, connect, type Connection, type Target } from "../connection/connect.ts";
import { readDevRecord } from "../connection/dev-record.ts";
import { type StackReader, stackReader } from "../maps/original-stack.ts";
import { devLogReader } from "./dev-log-file.ts";
import { entryText, isWanted, type LogEntry, type LogFilter, readEntry, readLambdaLine } from "./log-entry.ts";
import { jsonText, printText } from "../printable.ts";

export interface LogsOptions extends Target {
  readonly follow?: true;
  readonly instance?: string;
  readonly request?: string;
  readonly level?: string;
  readonly since: string;
}

/** Milliseconds between two looks: at a file, and at CloudWatch Logs, which is paid for and slow to know. */
const LOOK_EVERY = { local: 200, deployed: 2_000 } as const;

/** CloudWatch Logs knows a line some seconds after it was written, and not in order. Milliseconds. */
const LATE = 10_000;

/** `stephooks logs`: in the order of time; with `--follow` what comes, until Ctrl-C. */
export async function runLogs(options: LogsOptions): Promise<void> {
  const filter = filterOf(options);
  const tell = (entry: LogEntry, stacks?: StackReader): void => {
    if (!isWanted(entry, filter)) return;
    const shown = stacks === undefined ? entry : withOriginals(entry, stacks);
    printText(options.json ? `${jsonText(shown)}\n` : entryText(shown, stacks?.lineAt));
  };
  const isLocal = options.stage === undefined && options.stack === undefined;
  if (isLocal) return localLogs(options, tell);
  const connection = await connect(options);
  const stacks = stackReader(connection.root);
  await deployedLogs(connection, filter, options, (entry) => tell(entry, stacks));
}

/** What an app prints has stacks in it, too, and so has what Lambda says of a failure that nobody caught. */
function withOriginals(entry: LogEntry, { original }: StackReader): LogEntry {
  const { stack, text } = entry;
  return {
    ...entry,
    ...(typeof stack === "string" ? { stack: original(stack) } : {}),
    ...(typeof text === "string" ? { text: original(text) } : {}),
  };
}

function filterOf({ instance, level, request, since }: LogsOptions): LogFilter {
  const duration = parseDuration(since);
  if (duration === undefined) throw new CliError("bad-usage", `--since ${since} is no duration: give 10m, 2h or 3d.`);
  if (level !== undefined && !isLogLevel(level)) {
    throw new CliError("bad-usage", `--level ${level} is no level: give debug, info, warn or error.`);
  }
  if (instance !== undefined && !/^[\w.:@-]{1,128}$/.test(instance)) {
    throw new CliError("bad-usage", `--instance ${instance} is no id of an instance: workflow list shows them.`);
  }
  return { instance, request, level, since: Date.now() - duration };
}

async function localLogs({ app, follow }: LogsOptions, tell: (entry: LogEntry) => void): Promise<void> {
  const root = appRoot(app);
  const reader = devLogReader(root);
  if (!reader.exists() && readDevRecord(root) === undefined) {
    throw new CliError(
      "not-running",
      `stephooks dev has not run in ${root}, so there is no log. Start it, or name a deployed app with --stage.`,
    );
  }
  for (;;) {
    for (const line of reader.next()) {
      const entry = readEntry(line);
      if (entry) tell(entry);
    }
    if (!follow) return;
    await pause(LOOK_EVERY.local);
  }
}

async function deployedLogs(
  { environment, logGroups, name }: Connection,
  { instance, since = 0 }: LogFilter,
  { follow }: LogsOptions,
  tell: (entry: LogEntry) => void,
): Promise<void> {
  if (logGroups.length === 0) {
    throw new CliError("not-stephooks", `The stack ${name} has no log groups: it was not made from our template.`);
  }
  const { createLogsClient, readLogs } = await import("@stephooks/aws/deploy");
  const region = environment["AWS_REGION"];
  const client = createLogsClient(region === undefined ? {} : { region });
  const containing = instance === undefined ? {} : { containing: instance };
  const told = new Map<string, number>();
  let from = since;
  try {
    for (;;) {
      const pages = logGroups.map(async (group) => {
        const process = group.endsWith("-Http") ? "http" : "worker";
        const events = await readLogs(client, { group, since: from, ...containing });
        return events.map(({ id, text, time }) => ({ id, time, entry: readLambdaLine(text, time, process) }));
      });
      const found = (await Promise.all(pages)).flat().toSorted((a, b) => a.time - b.time);
      for (const { entry, id, time } of found) {
        if (!told.has(id)) tell(entry);
        told.set(id, time);
        from = Math.max(from, time - LATE);
      }
      if (!follow) return;
      for (const [id, time] of told) if (time < from) told.delete(id);
      await pause(LOOK_EVERY.deployed);
    }
  } finally {
    client.destroy();
  }
}
