import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { isRecord } from "@stephooks/core";

/** What another process needs to join a running `stephooks dev`. */
export interface DevRecord {
  readonly pid: number;
  /** Where the app answers. */
  readonly url: string;
  /** Endpoints, credentials of the emulators, names of table and queues: what the worker process gets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute path of the folder that keeps its data; none when nothing is kept. */
  readonly data?: string;
}

/** Beside `data` and `cache`; `dev` is the folder of the bundles. */
function devRecordFile(root: string): string {
  return join(root, ".stephooks/running.json");
}

/** Readable by its owner only. In one step: a reader finds the old one or the new one. */
export function writeDevRecord(root: string, record: DevRecord): void {
  const file = devRecordFile(root);
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.${record.pid}`;
  writeFileSync(fresh, `${JSON.stringify({ version: 1, ...record })}\n`, { mode: 0o600 });
  renameSync(fresh, file);
}

/** Removes it, unless another process has written its own since. */
export function removeDevRecord(root: string, pid: number): void {
  if (parsedRecord(root)?.pid === pid) rmSync(devRecordFile(root), { force: true });
}

/** Undefined when nobody runs: there is none, or whoever wrote it died without removing it. */
export function readDevRecord(root: string): DevRecord | undefined {
  const record = parsedRecord(root);
  return record !== undefined && isAlive(record.pid) ? record : undefined;
}

/** Whether somebody listens where the record says: ids of processes are used again, ports of dead ones seldom are. */
export async function answersAt({ url }: DevRecord): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), signal: AbortSignal.timeout(ANSWER_LIMIT) });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Milliseconds. */
const ANSWER_LIMIT = 2_000;

function parsedRecord(root: string): DevRecord | undefined {
  try {
    const written: unknown = JSON.parse(readFileSync(devRecordFile(root), "utf8"));
    if (!isRecord(written)) return undefined;
    const { data, environment, pid, url } = written;
    if (typeof pid !== "number" || typeof url !== "string" || !isRecord(environment)) return undefined;
    return { pid, url, environment: textsOf(environment), ...(typeof data === "string" ? { data } : {}) };
  } catch {
    return undefined;
  }
}

function textsOf(given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one all the same.
    return isRecord(error) && error["code"] === "EPERM";
  }
}
