import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { buildApp } from "@stephooks/cli";
import { isRecord } from "@stephooks/core";
import { startDeployed } from "@stephooks/local/deployed";
import { scanInstances } from "../raw/raw-view.ts";

/** What the parity app did behind the Runtime API. */
export interface ParityRun {
  /** As the table holds them. */
  readonly instances: readonly { readonly id: string; readonly value: unknown; readonly result: unknown }[];
  /** From the start of a process until it asked for an event, milliseconds: of the HTTP and of the worker function. */
  readonly inits: readonly number[];
  /** Of a request to a process that runs, milliseconds. */
  readonly warm: number;
}

const headers = { "x-apikey": "the key of the run", "content-type": "application/json" };
const values = [7, 10, 41];
const DEADLINE = 30_000;

/**
 * Builds the app, runs its template and lets instances complete; `client` are the arguments of Node that start another
 * runtime client than the small one. Throws when an answer is not as it should be, or an instance does not complete.
 */
export async function runParity(outDir: string, client?: readonly string[]): Promise<ParityRun> {
  const { template } = await buildApp({
    entry: "apps/parity-check/index.ts",
    root: "apps/parity-check",
    outDir,
    lean: true,
  });
  const parameters = {
    StreamUrl: "yes",
    ApiKeySha256: createHash("sha256").update(headers["x-apikey"]).digest("hex"),
  };
  const deployed = await startDeployed({ template, parameters, ...(client === undefined ? {} : { client }) });
  try {
    const ids = await Promise.all(values.map((value) => start(deployed.url, value)));
    const endpoint = String(deployed.environment["AWS_ENDPOINT_URL_DYNAMODB"]);
    const instances = await completed(endpoint, deployed.resources.table, ids.length);
    const inits = await Promise.all([deployed.http.warmUp(), deployed.worker.warmUp()]);
    const [first = ""] = ids;
    const times: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const begin = performance.now();
      await ask(`${deployed.url}/instances/${first}`);
      times.push(performance.now() - begin);
    }
    await ask(`${deployed.streamUrl}/instances/${first}`);
    return {
      instances,
      inits: inits.map(({ milliseconds }) => milliseconds),
      warm: times.toSorted((a, b) => a - b)[times.length / 2] ?? Number.NaN,
    };
  } finally {
    await deployed.stop();
  }
}

async function start(url: string, value: number): Promise<string> {
  const instance = await ask(`${url}/start`, { method: "POST", body: JSON.stringify({ value }) });
  if (isRecord(instance) && typeof instance["_id"] === "string") return instance["_id"];
  throw new Error(`POST /start answered ${JSON.stringify(instance)}`);
}

async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, { ...init, headers });
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  throw new Error(`${url} answered ${response.status}: ${JSON.stringify(answer)}`);
}

async function completed(endpoint: string, table: string, count: number): Promise<ParityRun["instances"]> {
  const deadline = Date.now() + DEADLINE;
  for (;;) {
    const instances = await scanInstances(endpoint, table);
    if (instances.filter(({ status }) => status === "D").length === count) {
      return instances.map(({ id, state: { result, value } }) => ({ id, result, value }));
    }
    if (Date.now() > deadline) throw new Error(`not completed in ${DEADLINE} ms: ${JSON.stringify(instances)}`);
    await pause(50);
  }
}
