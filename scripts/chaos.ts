/*
 * `pnpm chaos`: worker, HTTP front and emulators are killed and stopped again and again while instances of every shape
 * run. Then the chaos ends, and everything must finish. Judged by a raw scan of table and queues and by the file the
 * steps wrote. No step throws, so whatever does not complete with the expected state is lost.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { bundleApp } from "@stephooks/cli";
import { type Stack, startStack } from "@stephooks/local";
import { type Clients, startClients } from "./chaos/client.ts";
import { judge, readNotes } from "./chaos/judge.ts";
import { type Monkey, releaseMonkey } from "./chaos/monkey.ts";
import { plan, type Plan } from "./chaos/shapes.ts";
import { countMessages, type RawInstance, scanInstances } from "./raw/raw-view.ts";

/** Looks at the table this often, milliseconds. */
const LOOK_EVERY = 2_000;

/** Chaos ends when this part has completed, or at the latest after the time. */
const PART_IN_CHAOS = 0.95;
const LONGEST_CHAOS = 240_000;

/** What is left must finish within this time after the last blow, milliseconds. */
const DEADLINE = 120_000;

/** Seconds. A killed batch comes back soon; an inline chain of short steps still fits. */
const timings = { functionTimeout: 6, visibilityTimeout: 7 };

const help = `pnpm chaos [--instances N] [--seed N]

  --instances N  how many instances run (default 2000)
  --seed N       repeats the schedule of kills and stops of an earlier run
`;

const { values: options } = parseArgs({
  options: {
    instances: { type: "string", default: "2000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    help: { type: "boolean", default: false },
  },
});

const begunAt = Date.now();
const say = (line: string): void => void process.stdout.write(`${line}\n`);

if (options.help) say(help);
else await main(plan(Number(options.instances)), Number(options.seed));

async function main(plans: readonly Plan[], seed: number): Promise<void> {
  say(`chaos with seed ${seed}: ${plans.length} instances`);
  const folder = mkdtempSync(join(tmpdir(), "stephooks-chaos-"));
  const file = join(folder, "steps.jsonl");
  writeFileSync(file, "");
  const bundle = await bundleApp({ entry: "scripts/chaos/app.ts", outDir: folder });
  const dataDir = join(folder, "data");
  const stack = await startStack({
    bundle: bundle.file,
    dataDir,
    timings,
    environment: { CHAOS_FILE: file },
    output: "ignore",
  });
  const clients = startClients(stack.url, plans);
  const monkey = releaseMonkey(stack, join(dataDir, "dynamodb.sqlite"), seed);
  try {
    const isMostlyDone = (completed: number): boolean =>
      clients.started() === plans.length && completed >= PART_IN_CHAOS * plans.length;
    await watch(stack, clients, monkey, LONGEST_CHAOS, async (completed) => isMostlyDone(completed));
    await monkey.stop();
    say(`${seconds()} chaos ends: ${hits(monkey)}; clients repeated ${clients.repeated()} requests`);
    say(`operators paused and resumed ${clients.paused()} instances`);
    const isDone = async (completed: number): Promise<boolean> =>
      completed === plans.length && (await messagesLeft(stack)) === 0;
    await watch(stack, clients, monkey, DEADLINE, isDone);
    await report(stack, plans, file, monkey);
  } finally {
    clients.stop();
    await clients.settled().catch(() => {});
    await monkey.stop().catch(() => {});
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints the progress, and lets the clients answer whom it sees waiting, until it is enough or the time is over. */
async function watch(
  stack: Stack,
  clients: Clients,
  monkey: Monkey,
  limit: number,
  isEnough: (completed: number) => Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + limit;
  while (Date.now() < deadline) {
    // The table may be down, or standing still, at this very moment.
    const instances = await scan(stack).catch(() => undefined);
    if (instances !== undefined) {
      const completed = instances.filter(({ status }) => status === "D").length;
      clients.answer(instances.filter(({ status }) => status === "W").map(({ id }) => id));
      clients.release(instances.filter(({ isPaused }) => isPaused).map(({ id }) => id));
      say(`${seconds()} ${clients.started()} started, ${completed} completed; ${hits(monkey)}`);
      if (await isEnough(completed).catch(() => false)) return;
    }
    await pause(LOOK_EVERY);
  }
}

async function report(stack: Stack, plans: readonly Plan[], file: string, monkey: Monkey): Promise<void> {
  const instances = new Map((await scan(stack)).map((instance) => [instance.id, instance]));
  const notes = readNotes(file);
  const left = await messagesLeft(stack);
  let lost = 0;
  for (const own of plans) {
    const complaints = judge(own, instances.get(own.id), notes.get(own.id) ?? []);
    if (complaints.length === 0) continue;
    lost += 1;
    say(`${own.id} (${own.shape.name}): ${complaints.join("; ")}`);
  }
  const executions = [...notes.values()].reduce((sum, own) => sum + own.length, 0);
  const visits = [...notes.values()].reduce((sum, own) => sum + new Set(own.map(({ key }) => key)).size, 0);
  const transitions = [...instances.values()].reduce((sum, own) => sum + own.transitions, 0);
  say(hits(monkey));
  say(`${executions} step executions for ${visits} visits; ${transitions} transitions committed`);
  say(`messages left in queue and dead-letter queue: ${left}`);
  say(`${plans.length} started, ${plans.length - lost} completed, ${lost} lost`);
  if (lost > 0 || left > 0) process.exitCode = 1;
}

function hits(monkey: Monkey): string {
  const tally = Object.entries(monkey.tally());
  return tally.map(([name, { kills, stops }]) => `${name} ${kills} kills ${stops} stops`).join(", ");
}

function seconds(): string {
  return `${String(Math.round((Date.now() - begunAt) / 1_000)).padStart(3)} s`;
}

async function scan(stack: Stack): Promise<readonly RawInstance[]> {
  return scanInstances(stack.environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? "", stack.resources.table);
}

async function messagesLeft({ environment, resources }: Stack): Promise<number> {
  const endpoint = environment["AWS_ENDPOINT_URL_SQS"] ?? "";
  const urls = [resources.stepQueueUrl, resources.stepDeadLetterUrl];
  const counts = await Promise.all(urls.map((url) => countMessages(endpoint, url)));
  return counts.reduce((sum, count) => sum + count, 0);
}
