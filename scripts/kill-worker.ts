/*
 * Kills the worker process with SIGKILL again and again while 200 instances run, and counts afterwards what became of
 * them: by a raw scan of the table and the queues and by the file the steps wrote. No step throws, so every instance
 * must complete with the expected state; anything else is lost. `node --conditions=source scripts/kill-worker.ts`
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleApp } from "@stephooks/cli";
import { startStack, type Stack } from "@stephooks/local";
import { countMessages, type RawInstance, scanInstances } from "./raw/raw-view.ts";

const INSTANCES = 200;
const KILLS = 8;
const VISITS = 5;
const DEADLINE = 180_000;

/** Short, so that a killed batch comes back within seconds. */
const timings = { functionTimeout: 3, visibilityTimeout: 4 };

const folder = mkdtempSync(join(tmpdir(), "stephooks-kill-"));
const file = join(folder, "steps.jsonl");
writeFileSync(file, "");
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const bundle = await bundleApp({ entry: "scripts/kill-worker/app.ts", outDir: folder });
const stack = await startStack({
  bundle: bundle.file,
  timings,
  environment: { KILL_WORKER_FILE: file },
  output: "ignore",
});
try {
  const starting = startAll(stack.url);
  await killAgainAndAgain(stack);
  const started = await starting;
  await until("every queue is empty and every instance has ended", async () => {
    const ended = (await scan()).filter(({ status }) => !["R", "W", "T", "J", "B"].includes(status)).length;
    return ended >= started.length && (await messagesLeft()) === 0;
  });
  const instances = new Map((await scan()).map((instance) => [instance.id, instance]));
  const notes = readNotes();
  const complaints = started.flatMap((id) => judge(id, instances.get(id), notes.get(id) ?? []));
  for (const complaint of complaints) say(complaint);
  const executions = [...notes.values()].reduce((sum, keys) => sum + keys.length, 0);
  say(`worker killed ${KILLS} times; ${executions} step executions for ${started.length * VISITS} transitions`);
  say(`messages left in queue and dead-letter queue: ${await messagesLeft()}`);
  const lost = new Set(complaints.map((complaint) => complaint.split(":")[0])).size;
  say(`${started.length} started, ${started.length - lost} completed, ${lost} lost`);
  if (lost > 0 || started.length !== INSTANCES) process.exitCode = 1;
} finally {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function startAll(url: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let seed = 1; seed <= INSTANCES; seed += 20) {
    const answers = Array.from({ length: Math.min(20, INSTANCES - seed + 1) }, async (_, index) => {
      const response = await fetch(`${url}/start`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ seed: seed + index }),
      });
      const answer: { readonly _id: string } = JSON.parse(await response.text());
      return answer._id;
    });
    ids.push(...(await Promise.all(answers)));
  }
  return ids;
}

/** Each kill comes when steps have run since the last restart and instances are still on their way. */
async function killAgainAndAgain({ kill, restart }: Stack): Promise<void> {
  for (let kills = 0; kills < KILLS; kills++) {
    const before = noteCount();
    await until("steps run", () => noteCount() >= before + 40);
    const running = (await scan()).filter(({ status }) => status === "R").length;
    if (running === 0) throw new Error(`kill ${kills + 1} found no running instance: nothing would be proved`);
    await kill("worker");
    say(`kill ${kills + 1}: ${running} instances running, ${noteCount()} steps noted`);
    await restart("worker");
  }
}

function judge(id: string, instance: RawInstance | undefined, keys: readonly string[]): readonly string[] {
  if (instance === undefined) return [`${id}: not in the table`];
  if (instance.status !== "D") return [`${id}: ended with status ${instance.status}`];
  const seed = Number(instance.state["seed"]);
  const wrong =
    instance.state["sum"] === 3 * seed && instance.state["lap"] === 4
      ? []
      : [`${id}: wrong state ${JSON.stringify(instance.state)}`];
  const visits = new Set(keys).size;
  return visits === VISITS ? wrong : [...wrong, `${id}: ${visits} visits noted, expected ${VISITS}`];
}

async function scan(): Promise<readonly RawInstance[]> {
  return scanInstances(stack.environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? "", stack.resources.table);
}

async function messagesLeft(): Promise<number> {
  const endpoint = stack.environment["AWS_ENDPOINT_URL_SQS"] ?? "";
  const { stepDeadLetterUrl, stepQueueUrl } = stack.resources;
  const counts = await Promise.all([stepQueueUrl, stepDeadLetterUrl].map((url) => countMessages(endpoint, url)));
  return counts.reduce((sum, count) => sum + count, 0);
}

function noteCount(): number {
  return readFileSync(file, "utf8").split("\n").length - 1;
}

/** The idempotency keys each instance's steps noted; a key stands for one visit. */
function readNotes(): ReadonlyMap<string, readonly string[]> {
  const notes: { readonly instance: string; readonly key: string }[] = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  return new Map(
    [...Map.groupBy(notes, (note) => note.instance)].map(([id, own]) => [id, own.map((note) => note.key)]),
  );
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + DEADLINE;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`within ${DEADLINE / 1_000} s it did not come to pass that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
