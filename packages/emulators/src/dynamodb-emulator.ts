import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { get } from "node:http";
import { dirname, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { endOrphan, forgetOwner, noteOwner } from "./data-file-owner.ts";
import { dynoxideBinary } from "./dynoxide-binary.ts";
import { EmulatorError } from "./emulator-error.ts";
import type { Emulator } from "./emulator.ts";
import { freePort } from "./free-port.ts";

export interface DynamodbEmulatorOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** SQLite file that keeps the data; created with its directory. Without it data lives in memory. */
  readonly dataFile?: string;
  /** Begins with an empty data file. */
  readonly fresh?: boolean;
  /** Path of the dynoxide program, when it is not installed as an npm package. */
  readonly binary?: string;
}

/** It answers within 20 ms on an idle machine. Milliseconds. */
const START_LIMIT = 10_000;

/** Time to end by itself before it is killed, milliseconds. */
const STOP_LIMIT = 2_000;

/** A free port can be taken by another process before the emulator listens on it. */
const PORT_TRIES = 3;

/**
 * Starts a DynamoDB emulator as a child process that listens on loopback only.
 *
 * A parent killed with SIGKILL leaves the child alive; the next start on the same data file ends it first.
 *
 * @throws EmulatorError `binary-missing`, `did-not-start`, `data-in-use`
 */
export async function startDynamodbEmulator(options: DynamodbEmulatorOptions = {}): Promise<Emulator> {
  const binary = dynoxideBinary(options.binary);
  const dataFile = options.dataFile === undefined ? undefined : resolve(options.dataFile);
  if (dataFile !== undefined) await prepare(dataFile, options.fresh === true);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(options.port ?? (await freePort()), binary, dataFile);
    } catch (error) {
      if (options.port !== undefined || attempt === PORT_TRIES) throw error;
    }
  }
}

async function prepare(dataFile: string, fresh: boolean): Promise<void> {
  mkdirSync(dirname(dataFile), { recursive: true });
  await endOrphan(dataFile);
  if (!fresh) return;
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${dataFile}${suffix}`, { force: true });
}

async function startOn(port: number, binary: string, dataFile: string | undefined): Promise<Emulator> {
  const storage = dataFile === undefined ? [] : ["--db-path", dataFile];
  const child = spawn(binary, ["serve", "--host", "127.0.0.1", "--port", String(port), ...storage], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const killWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const stop = async (): Promise<void> => {
    await end(child);
    process.off("exit", killWithUs);
    if (dataFile !== undefined) forgetOwner(dataFile);
  };
  try {
    if (dataFile !== undefined && child.pid !== undefined) noteOwner(dataFile, child.pid);
    const endpoint = `http://127.0.0.1:${port}`;
    await untilReady(child, endpoint);
    return { endpoint, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Its own line comes first: an answer alone could be another server's on the same port. */
async function untilReady(child: ChildProcess, endpoint: string): Promise<void> {
  let output = "";
  const collect = (text: Buffer): void => {
    output = `${output}${String(text)}`.slice(-2_000);
  };
  // Both pipes stay read for the child's whole life: a full pipe would stop it.
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  child.on("error", (error) => collect(Buffer.from(error.message)));
  const deadline = Date.now() + START_LIMIT;
  while (!(output.includes("listening on") && (await answers(endpoint)))) {
    if (hasEnded(child) || Date.now() > deadline) {
      throw new EmulatorError(
        "did-not-start",
        `The DynamoDB emulator did not start on ${endpoint}: ${output.trim() || "it printed nothing"}. Choose another port or data file.`,
        { endpoint },
      );
    }
    await pause(3);
  }
}

/** Not by `fetch`, which Node would have to load for it. */
async function answers(endpoint: string): Promise<boolean> {
  const answered = Promise.withResolvers<boolean>();
  const asked = get(endpoint, { agent: false, timeout: 1_000 }, (response) => {
    response.resume();
    response.once("close", () => answered.resolve(response.complete && response.statusCode === 200));
  });
  asked.once("timeout", () => asked.destroy());
  asked.once("error", () => answered.resolve(false));
  return answered.promise;
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const lastResort = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
  await ended;
  clearTimeout(lastResort);
}

/** Without a pid the program could not be run at all. */
function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
