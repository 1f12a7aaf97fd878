import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { isCodedError, isRecord } from "@stephooks/core";
import { LocalError } from "./local-error.ts";
import { AHEAD_VARIABLE } from "./load-ahead.ts";
import { LOGS_VARIABLE } from "./log-ids.ts";
import { type LogLine, readLogLine } from "./log-line.ts";
import { withoutPreloads } from "./node-options.ts";

/** Names of the three processes of the stack. */
export type ProcessName = "emulators" | "worker" | "http";

/** Files in `processes`: the stack's, and one that only reads what the app registers. */
type ProgramName = ProcessName | "manifest";

/** Of what the processes that load the app consist beside it. */
export interface Ahead {
  /** What such a process loads before it hears which app it is to run: modules by absolute path, of the app's as well. */
  readonly modules: readonly string[];
  /** Files to run instead of the programs of `appPrograms`. */
  readonly programs: Readonly<Record<AppProgram, string>>;
}

/** The programs that load an app. */
export type AppProgram = "http" | "manifest" | "worker";

/** Where they are, absolute. */
export function appPrograms(): Readonly<Record<AppProgram, string>> {
  return { http: entryOf("http"), manifest: entryOf("manifest"), worker: entryOf("worker") };
}

type Facts = Readonly<Record<string, unknown>>;

/** A process of the stack. Killing it is the same as its crash: start it again to go on. */
export interface StackProcess {
  readonly pid: number;
  /** What it told when it became ready. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Asks for its counts; undefined when it is gone. */
  usage(): Promise<Facts | undefined>;
  /** Asks it something; undefined when it is gone. */
  ask(kind: string, question?: Facts): Promise<Facts | undefined>;
  /** Answers its questions of a kind. What `act` throws is its answer, too. */
  answer(kind: string, act: (question: Facts) => Promise<Facts>): void;
  /** SIGKILL: nothing is cleaned up. */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL when that does not end it in time. Ends also what a crash of it left behind. */
  stop(): Promise<void>;
  /**
   * Lets it finish what it has begun and end, at the latest after this many milliseconds. From `begun` on it begins
   * nothing new.
   */
  retire(limit: number): { readonly begun: Promise<void>; readonly ended: Promise<void> };
  /** Settles when it has ended, however. */
  readonly ended: Promise<unknown>;
}

/** Where the output of processes goes: to this process's standard error, nowhere, or line by line to whoever reads it. */
export type StackOutput = "inherit" | "ignore" | ((line: LogLine) => void);

/** Time from start to ready, and from SIGTERM to the end, milliseconds. */
const READY_LIMIT = 20_000;
const STOP_LIMIT = 3_000;

/** The standard error stream: standard output belongs to the program that started the stack. */
const STDERR = 2;

/** What would let the SDK look for other credentials than those given to it. */
const foreignIdentity = { AWS_PROFILE: undefined, AWS_SESSION_TOKEN: undefined };

/** On these systems a process can lead a group, so that what it leaves behind can be found. */
const HAS_GROUPS = process.platform !== "win32";

/** A process of the stack that has loaded its own code, or is about to, and waits for what `startProcess` gives it. */
export function forkProcess(name: ProgramName, output: StackOutput, ahead?: Ahead): ChildProcess {
  const stream = streamFor(output);
  const isOfApp = name !== "emulators";
  const child = fork((isOfApp ? ahead?.programs[name] : undefined) ?? entryOf(name), {
    env: {
      ...process.env,
      ...foreignIdentity,
      ...nodeOptionsOf(name),
      ...logsFor(output),
      [AHEAD_VARIABLE]: JSON.stringify((isOfApp ? ahead?.modules : undefined) ?? []),
    },
    stdio: ["ignore", stream, stream, "ipc"],
    detached: HAS_GROUPS,
  });
  // Without a listener a process that cannot be spawned would take this one with it.
  child.on("error", () => {});
  if (typeof output === "function") readLines(name, child, output);
  return child;
}

/** @throws LocalError `process-failed` with what the process said; of `manifest` with its own code. */
export async function startProcess(
  name: ProgramName,
  environment: Readonly<Record<string, string>>,
  child: ChildProcess,
): Promise<StackProcess> {
  const ended = once(child, "exit");
  child.send({ kind: "begin", environment }, () => {});
  const details = await ready(name, child);
  const stop = async (): Promise<void> => {
    await end(child, "SIGTERM");
    endGroup(child);
  };
  return {
    pid: child.pid ?? 0,
    details,
    ended,
    usage: () => ask(child, "usage"),
    ask: (kind, question) => ask(child, kind, question),
    answer: (kind, act) => answer(child, kind, act),
    kill: () => end(child, "SIGKILL"),
    stop,
    retire: (limit) => ({ begun: finishing(child), ended: retired(child, { ended, limit, stop }) }),
  };
}

function streamFor(output: StackOutput): "pipe" | "ignore" | number {
  if (typeof output === "function") return "pipe";
  return output === "inherit" ? STDERR : "ignore";
}

function logsFor(output: StackOutput): Readonly<Record<string, string>> {
  return typeof output === "function" ? { [LOGS_VARIABLE]: "read" } : {};
}

function readLines(name: ProgramName, { stderr, stdout }: ChildProcess, output: (line: LogLine) => void): void {
  for (const stream of [stdout, stderr]) {
    if (stream === null) continue;
    createInterface(stream).on("line", (text) => output(readLogLine(name, text, Date.now())));
  }
}

/** Settles when the process has heard that it is to finish, or is gone. */
async function finishing(child: ChildProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onMessage = (message: unknown): void => {
    if (isRecord(message) && message["kind"] === "finishing") resolve();
  };
  const gone = (): void => resolve();
  child.on("message", onMessage).once("exit", gone);
  child.send({ kind: "finish" }, (error) => (error ? gone() : undefined));
  await promise;
  child.off("message", onMessage).off("exit", gone);
}

interface Retirement {
  readonly limit: number;
  readonly ended: Promise<unknown>;
  readonly stop: () => Promise<void>;
}

async function retired(child: ChildProcess, { ended, limit, stop }: Retirement): Promise<void> {
  const timer = setTimeout(() => void stop(), limit);
  await ended;
  clearTimeout(timer);
  endGroup(child);
}

/** Preloaded modules are for the processes that load the app. */
function nodeOptionsOf(name: ProgramName): { NODE_OPTIONS?: string } {
  const { NODE_OPTIONS } = process.env;
  return name === "emulators" && NODE_OPTIONS !== undefined ? { NODE_OPTIONS: withoutPreloads(NODE_OPTIONS) } : {};
}

/** Beside this file, in the form this file is in: TypeScript in the workspace, JavaScript when published. */
function entryOf(name: ProgramName): string {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return fileURLToPath(new URL(`processes/${name}.${extension}`, import.meta.url));
}

async function ready(name: ProgramName, child: ChildProcess): Promise<Readonly<Record<string, unknown>>> {
  const { promise, reject, resolve } = Promise.withResolvers<Readonly<Record<string, unknown>>>();
  const failed = (why: string): void =>
    reject(
      new LocalError("process-failed", `The ${name} process of the local stack did not start: ${why}`, {
        process: name,
      }),
    );
  const limit = setTimeout(() => failed(`not ready within ${READY_LIMIT / 1_000} s`), READY_LIMIT);
  const onMessage = (message: unknown): void => {
    if (!isRecord(message)) return;
    if (message["kind"] === "ready") resolve(message);
    if (message["kind"] === "failed" && name === "manifest") reject(appFailure(message));
    else if (message["kind"] === "failed") failed(String(message["message"]));
  };
  const onExit = (code: number | null, signal: string | null): void =>
    failed(`it ended with ${signal ?? `exit code ${code}`}`);
  // Stays for good: a process that cannot be spawned or signalled must not take this one with it.
  child.on("error", (error) => failed(error.message));
  child.on("message", onMessage).once("exit", onExit);
  try {
    return await promise;
  } catch (error) {
    await end(child, "SIGKILL");
    endGroup(child);
    throw error;
  } finally {
    clearTimeout(limit);
    child.off("message", onMessage).off("exit", onExit);
  }
}

/** What is wrong with the app, in the words of the process that imported it. */
function appFailure({ code, message, stack }: Readonly<Record<string, unknown>>): LocalError {
  const known = code === "bundle-failed" || code === "no-handler" ? code : "process-failed";
  if (typeof stack !== "string") return new LocalError(known, String(message));
  const cause = Object.assign(new Error(String(message)), { stack });
  return new LocalError(known, String(message), {}, { cause });
}

let questions = 0;

async function ask(child: ChildProcess, kind: string, question: Facts = {}): Promise<Facts | undefined> {
  if (!child.connected) return undefined;
  const id = (questions += 1);
  const { promise, resolve } = Promise.withResolvers<Facts | undefined>();
  const onMessage = (message: unknown): void => {
    if (isRecord(message) && message["kind"] === kind && message["id"] === id) resolve(message);
  };
  const gone = (): void => resolve(undefined);
  child.on("message", onMessage).once("exit", gone);
  child.send({ ...question, kind: `${kind}?`, id }, (error) => (error ? gone() : undefined));
  const told = await promise;
  child.off("message", onMessage).off("exit", gone);
  return told;
}

function answer(child: ChildProcess, kind: string, act: (question: Facts) => Promise<Facts>): void {
  child.on("message", (message: unknown) => {
    if (!isRecord(message) || message["kind"] !== `${kind}?`) return;
    const { id } = message;
    const tell = (facts: Facts): void => void child.send({ ...facts, kind, id }, () => {});
    void act(message).then(tell, (error: unknown) =>
      tell({ code: isCodedError(error) ? error.code : "failed", message: messageOf(error) }),
    );
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function end(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  const limit = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
  await exited;
  clearTimeout(limit);
}

/** Their numbers may be those of other groups by now. */
const endedGroups = new WeakSet<ChildProcess>();

/** A crashed process cannot end what it had started; its group still names it. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || !HAS_GROUPS || endedGroups.has(child)) return;
  endedGroups.add(child);
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // No such process: the group is empty, which is the rule. macOS says so, too, of one that has only just ended (EPERM).
    if (!isRecord(error) || (error["code"] !== "ESRCH" && error["code"] !== "EPERM")) throw error;
  }
}
