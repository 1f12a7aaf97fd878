import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type Bundle, buildApp, bundleApp } from "@stephooks/cli";
import { type FunctionAnswer, startLambdaFunction } from "@stephooks/emulators";
import { type Deployed, startDeployed } from "@stephooks/local/deployed";

/** What is compared, each as Lambda starts it. */
export type Candidate = "app" | "bare" | "empty";

export interface ColdStart {
  /** Milliseconds from the start of the process until it asks for its first event. */
  readonly init: number;
  /** Time on a processor until then, of all its threads, milliseconds: other work of the machine does not count. */
  readonly initCpu: number;
  /** Until its first answer has come, milliseconds. */
  readonly answer: number;
  readonly answerCpu: number;
}

export interface ColdRun {
  readonly bundles: Readonly<Record<Candidate, Bundle>>;
  /** One more cold process of it, with one event. */
  start(candidate: Candidate): Promise<ColdStart>;
  stop(): Promise<void>;
}

const key = "the key of the benchmark";

const event = {
  version: "2.0",
  rawPath: "/start",
  rawQueryString: "",
  headers: { "content-type": "application/json", "x-apikey": key },
  requestContext: { http: { method: "POST", path: "/start", sourceIp: "203.0.113.7" }, stage: "$default" },
  body: '{"value":7}',
  isBase64Encoded: false,
};

/** Builds the app, runs its template, and bundles what it is compared with in the same way. */
export async function coldRun(entry: string, client?: readonly string[]): Promise<ColdRun> {
  const folder = mkdtempSync(join(tmpdir(), "stephooks-cold-"));
  const bundleOf = (name: Candidate): Promise<Bundle> =>
    bundleApp({ entry: join(import.meta.dirname, `${name}-app.ts`), outDir: join(folder, name), lean: true });
  const { bundle: app, template } = await buildApp({
    entry: resolve(entry),
    root: dirname(resolve(entry)),
    outDir: join(folder, "built"),
    lean: true,
  });
  const bundles = { app, bare: await bundleOf("bare"), empty: await bundleOf("empty") };
  const parameters = { ApiKeySha256: createHash("sha256").update(key).digest("hex") };
  const deployed = await startDeployed({ template, parameters });
  return {
    bundles,
    start: (candidate) => coldStart(bundles[candidate], deployed, client),
    stop: async () => {
      await deployed.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function coldStart({ file }: Bundle, deployed: Deployed, client?: readonly string[]): Promise<ColdStart> {
  const running = startLambdaFunction({
    ...deployed.httpSettings,
    code: dirname(file),
    ...(client === undefined ? {} : { client }),
  });
  try {
    const begin = performance.now();
    const { milliseconds: init, pid } = await running.warmUp();
    const initCpu = cpuTime(pid);
    const { statusCode } = JSON.parse(await textOf(await running.invoke(event)));
    if (statusCode !== 200) throw new Error(`the first answer has status ${statusCode}`);
    return { init, initCpu, answer: performance.now() - begin, answerCpu: cpuTime(pid) };
  } finally {
    await running.stop();
  }
}

async function textOf({ body }: FunctionAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Milliseconds that the threads of a process have run; NaN where the system does not tell (only Linux does). */
function cpuTime(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const times = threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
    return times.reduce((sum, nanoseconds) => sum + Number(nanoseconds) / 1e6, 0);
  } catch {
    return Number.NaN;
  }
}
