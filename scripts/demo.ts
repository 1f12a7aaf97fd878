/*
 * `pnpm demo`: ten instances of the parity workflow through the real Lambda handler, real SQS messages and real
 * DynamoDB conditional writes, on emulators. Exits 0 only when nothing was lost.
 */
import { once } from "node:events";
import { parseArgs } from "node:util";
import { bundleApp } from "@stephooks/cli";
import { isRecord } from "@stephooks/core";
import { type RequestCounts, type Stack, startStack } from "@stephooks/local";
import { costReport } from "./demo/cost-report.ts";
import { type InstanceView, viewInstance } from "./demo/instance-view.ts";
import { liveTable } from "./demo/live-table.ts";

const INSTANCES = 10;
const DEADLINE = 60_000;
const LOOK_EVERY = 50;

const { values: options } = parseArgs({
  options: {
    keep: { type: "boolean", default: false },
    port: { type: "string", default: "0" },
    "dynamodb-endpoint": { type: "string" },
    help: { type: "boolean", default: false },
  },
});

const help = `pnpm demo [--keep] [--port N] [--dynamodb-endpoint URL]

Runs ten instances of apps/parity-check on a local stack and shows what they did and cost.

  --keep                   leave the stack serving until Ctrl-C
  --port N                 HTTP port (default: a free one)
  --dynamodb-endpoint URL  a DynamoDB to use where the emulator's binary does not install
`;

const say = (line = ""): void => void process.stdout.write(`${line}\n`);

if (options.help) {
  process.stdout.write(help);
} else {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function main(): Promise<void> {
  const bundle = await bundleApp({ entry: "apps/parity-check/index.ts", outDir: ".stephooks/demo" });
  const endpoint = options["dynamodb-endpoint"];
  const stack = await startStack({
    bundle: bundle.file,
    port: Number(options.port),
    ...(endpoint === undefined ? {} : { dynamodbEndpoint: endpoint }),
  });
  try {
    say(`Local stack: ${stack.url} (emulators, worker and HTTP front are three processes)`);
    say(`POST /start, ${INSTANCES} times\n`);
    const lost = await run(stack);
    if (options.keep) {
      say(`\nServing ${stack.url} until Ctrl-C.`);
      await once(process, "SIGINT");
    }
    process.exitCode = lost === 0 ? 0 : 1;
  } finally {
    await stack.stop();
  }
}

/** The number of instances that did not complete as they should. */
async function run(stack: Stack): Promise<number> {
  const ids = await Promise.all(Array.from({ length: INSTANCES }, (_, value) => start(stack.url, value)));
  const views = await watch(stack.url, ids);
  const { worker, http, received, invocations } = await usage(stack);
  const transitions = views.reduce((sum, view) => sum + view.transitions, 0);
  say("\nWhat it cost");
  for (const line of costReport({ worker, http }, { transitions, invocations })) say(`  ${line}`);
  say(`  ${transitions} transitions, each begun by a Lambda SQS event: the poller received ${received} messages`);
  say("\nLook further");
  if (!options.keep) say("  pnpm demo --keep         leaves the stack serving; then");
  const [first = ""] = ids;
  say(`  curl -X POST ${stack.url}/start -H 'content-type: application/json' -d '{"value": 41}'`);
  say(`  curl ${stack.url}/instances/${first}`);
  say("  apps/parity-check/index.ts is the whole app; packages/stephooks/docs explains the rest.\n");
  const completed = views.filter((view) => view.status === "completed" && isRight(view.state)).length;
  const lost = INSTANCES - completed;
  if (received < transitions)
    throw new Error(`only ${received} messages for ${transitions} transitions: something ran past the queue`);
  say(`${ids.length} started, ${completed} completed, ${lost} lost`);
  return lost;
}

async function start(url: string, value: number): Promise<string> {
  const response = await fetch(`${url}/start`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ value }),
  });
  const instance: unknown = await response.json();
  if (isRecord(instance) && typeof instance["_id"] === "string") return instance["_id"];
  throw new Error(`POST /start answered ${response.status}: ${JSON.stringify(instance)}`);
}

async function watch(url: string, ids: readonly string[]): Promise<readonly InstanceView[]> {
  const table = liveTable(process.stdout);
  const deadline = Date.now() + DEADLINE;
  for (;;) {
    const views = await Promise.all(ids.map((id) => viewInstance(url, id)));
    table.show(views);
    if (views.every((view) => view.status !== "running") || Date.now() > deadline) return views;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}

interface Usage {
  readonly worker: RequestCounts;
  readonly http: RequestCounts;
  readonly received: number;
  readonly invocations: number;
}

/** Counts of the processes that talk to table and queues, once every handled message has been deleted. */
async function usage(stack: Stack): Promise<Usage> {
  for (;;) {
    const [worker, http] = await Promise.all([stack.process("worker").usage(), stack.process("http").usage()]);
    if (worker === undefined || http === undefined) throw new Error("a process of the stack ended early");
    const { received } = worker;
    if (!isRecord(received)) throw new Error("the worker answered without counts");
    const invocations = Number(received["batches"]);
    const counts = countsIn(worker);
    if ((counts.operations["DeleteMessageBatch"] ?? 0) >= invocations) {
      return { worker: counts, http: countsIn(http), received: Number(received["messages"]), invocations };
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}

function countsIn(usageAnswer: Readonly<Record<string, unknown>>): RequestCounts {
  const { requests } = usageAnswer;
  if (!isRecord(requests) || !isRecord(requests["operations"])) throw new Error("a process answered without counts");
  const operations = Object.fromEntries(
    Object.entries(requests["operations"]).map(([name, count]) => [name, Number(count)]),
  );
  return { writeUnits: Number(requests["writeUnits"]), readUnits: Number(requests["readUnits"]), operations };
}

function isRight(state: unknown): boolean {
  if (!isRecord(state)) return false;
  return state["result"] === (Number(state["value"]) % 2 === 0 ? "even" : "odd");
}
