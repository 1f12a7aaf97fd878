import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { isRecord } from "@stephooks/core";
import { LocalError } from "./local-error.ts";

/** Names of the three processes of the stack. */
export type ProcessName = "emulators" | "worker" | "http";

/** A process of the stack. Killing it is the same as its crash: start it again to go on. */
export interface StackProcess {
  readonly pid: number;
  /** What it told when it became ready. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Asks for its counts; undefined when it is gone. */
  usage(): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** SIGKILL: nothing is cleaned up. */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL when that does not end it in time. */
  stop(): Promise<void>;
}

/** Time from start to ready, and from SIGTERM to the end, milliseconds. */
const READY_LIMIT = 20_000;
const STOP_LIMIT = 5_000;

/** @throws LocalError `process-failed` with what the process said. */
export async function startProcess(
  name: ProcessName,
  environment: Readonly<Record<string, string>>,
  stderr: "inherit" | "ignore",
): Promise<StackProcess> {
  const child = fork(entryOf(name), {
    env: { ...process.env, ...environment },
    stdio: ["ignore", stderr, stderr, "ipc"],
  });
  const details = await ready(name, child);
  return {
    pid: child.pid ?? 0,
    details,
    usage: () => askUsage(child),
    kill: () => end(child, "SIGKILL"),
    stop: () => end(child, "SIGTERM"),
  };
}

/** Beside this file, in the form this file is in: TypeScript in the workspace, JavaScript when published. */
function entryOf(name: ProcessName): string {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return fileURLToPath(new URL(`processes/${name}.${extension}`, import.meta.url));
}

async function ready(name: ProcessName, child: ChildProcess): Promise<Readonly<Record<string, unknown>>> {
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
    if (message["kind"] === "failed") failed(String(message["message"]));
  };
  const onExit = (code: number | null, signal: string | null): void =>
    failed(`it ended with ${signal ?? `exit code ${code}`}`);
  child.on("message", onMessage).once("exit", onExit);
  try {
    return await promise;
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    clearTimeout(limit);
    child.off("message", onMessage).off("exit", onExit);
  }
}

async function askUsage(child: ChildProcess): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (!child.connected) return undefined;
  const { promise, resolve } = Promise.withResolvers<Readonly<Record<string, unknown>> | undefined>();
  const onMessage = (message: unknown): void => {
    if (isRecord(message) && message["kind"] === "usage") resolve(message);
  };
  const onExit = (): void => resolve(undefined);
  child.on("message", onMessage).once("exit", onExit);
  child.send({ kind: "usage?" });
  const usage = await promise;
  child.off("message", onMessage).off("exit", onExit);
  return usage;
}

async function end(child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  const limit = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
  await exited;
  clearTimeout(limit);
}
