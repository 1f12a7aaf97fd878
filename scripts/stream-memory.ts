/*
 * Streams a large collection through the whole handler and looks at the heap on the way: it must not grow with what has
 * been read. Run with `node --conditions=source scripts/stream-memory.ts`.
 */
import { setFlagsFromString } from "node:v8";
import { parseArgs } from "node:util";
import { runInNewContext } from "node:vm";
import { awsPorts } from "@stephooks/aws";
import { provisionStack } from "@stephooks/aws/provision";
import { silentLogger } from "@stephooks/core";
import { type Connection, Datastore } from "stephooks";
import { createApp, createHost } from "stephooks/host";
import { startEmulated } from "./bench/emulated.ts";

/** Megabytes the heap may be larger at the end than after the first samples. */
const ALLOWED_GROWTH = 8;

/** Inserts on their way at the same time. */
const AT_ONCE = 50;

const { values: options } = parseArgs({
  options: {
    documents: { type: "string", default: "100000" },
    bytes: { type: "string", default: "200" },
  },
});
const documents = Number(options.documents);
const text = "x".repeat(Number(options.bytes));

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function heapMegabytes(): number {
  collectGarbage();
  return Math.round((process.memoryUsage().heapUsed / 1_048_576) * 10) / 10;
}

async function fill(data: Connection): Promise<void> {
  for (let start = 0; start < documents; start += AT_ONCE) {
    const some = Array.from({ length: AT_ONCE }, (_, index) => data.insertOne("rows", { n: start + index, text }));
    await Promise.all(some);
  }
}

/** The heap, after garbage was collected, at every tenth of the stream. */
async function stream(data: Connection): Promise<readonly number[]> {
  const samples: number[] = [];
  let seen = 0;
  let sum = 0;
  await data.getMany("rows").forEach(({ n }) => {
    seen += 1;
    sum += Number(n);
    if (seen % Math.floor(documents / 10) === 0) samples.push(heapMegabytes());
  });
  if (seen !== documents || sum !== (documents * (documents - 1)) / 2) {
    throw new Error(`${seen} documents with the sum ${sum} were streamed`);
  }
  return samples;
}

const emulated = await startEmulated();
try {
  const clients = emulated.clients();
  const timings = { functionTimeout: 900, visibilityTimeout: 930 };
  const stack = await provisionStack({ clients, name: "stream-memory", timings });
  const app = createApp();
  let samples: readonly number[] = [];
  app.post("/", async (_req, res) => {
    const data = await Datastore.open();
    const begun = Date.now();
    await fill(data);
    say(`${documents} documents of ${text.length} bytes inserted in ${Date.now() - begun} ms`);
    const streaming = Date.now();
    samples = await stream(data);
    say(`streamed in ${Date.now() - streaming} ms`);
    res.end();
  });
  const ports = awsPorts({ clients, table: stack.table, stepQueueUrl: stack.stepQueueUrl, logger: silentLogger });
  const host = createHost(app.init(), ports, {
    engine: timings,
    http: { access: { mode: "open" }, space: "dev" },
    deadLetterArn: stack.stepDeadLetterArn,
  });
  const event = {
    version: "2.0",
    rawPath: "/",
    rawQueryString: "",
    headers: {},
    requestContext: { stage: "$default", http: { method: "POST", path: "/", sourceIp: "127.0.0.1" } },
    isBase64Encoded: false,
  };
  await host.handle(event, { getRemainingTimeInMillis: () => 3_600_000 });
  const growth = Math.max(...samples.slice(1)) - (samples[0] ?? 0);
  say(`heap after each tenth, MB: ${samples.join(" ")}`);
  say(`growth after the first tenth: ${growth.toFixed(1)} MB (allowed: ${ALLOWED_GROWTH})`);
  if (samples.length !== 10 || growth > ALLOWED_GROWTH) process.exitCode = 1;
  clients.dynamodb.destroy();
  clients.sqs.destroy();
} finally {
  emulated.stop();
}
