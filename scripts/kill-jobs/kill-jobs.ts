import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleApp } from "@stephooks/cli";
import { type Stack, startStack } from "@stephooks/local";
import { type JobNote, judgeJobs, type Verdict } from "./judge-jobs.ts";
import { messageCount, waitingJobs } from "./queue-file.ts";

export interface KillJobsOptions {
  /** Of each topic. */
  readonly jobs: number;
  readonly kills: number;
  readonly say: (line: string) => void;
}

export interface KillJobsResult extends Verdict {
  readonly enqueued: number;
  /** Message groups that held jobs. */
  readonly lanes: number;
  /** Messages in the job queue and its dead-letter queue afterwards. */
  readonly left: number;
}

/** Two that are strictly serial and one with four slots, as the app says. */
const topics = ["mail", "orders", "images"] as const;

/** Seconds. Short, so that a killed batch comes back soon. */
const timings = { functionTimeout: 3, visibilityTimeout: 4 };

/** Milliseconds. */
const DEADLINE = 180_000;

/** Enqueues jobs, kills the worker process with SIGKILL again and again while it works on them, and judges. */
export async function killJobs({ jobs, kills, say }: KillJobsOptions): Promise<KillJobsResult> {
  const folder = mkdtempSync(join(tmpdir(), "stephooks-kill-jobs-"));
  const [file, dataDir] = [join(folder, "jobs.jsonl"), join(folder, "data")];
  writeFileSync(file, "");
  const bundle = await bundleApp({ entry: join(import.meta.dirname, "app.ts"), outDir: folder });
  const stack = await startStack({
    bundle: bundle.file,
    dataDir,
    timings,
    environment: { KILL_JOBS_FILE: file },
    output: "ignore",
  });
  try {
    const { jobDeadLetterUrl = "", jobQueueUrl = "" } = stack.resources;
    // Nobody works until all are there, so that their lanes and order can be read.
    await stack.kill("worker");
    await enqueueAll(stack.url, jobs);
    const waiting = waitingJobs(dataDir, jobQueueUrl);
    await stack.restart("worker");
    await killAgainAndAgain(stack, { file, kills, total: waiting.length, say });
    const left = (): number => messageCount(dataDir, jobQueueUrl) + messageCount(dataDir, jobDeadLetterUrl);
    await until("the job queue is empty", () => messageCount(dataDir, jobQueueUrl) === 0);
    return {
      ...judgeJobs(waiting, readNotes(file)),
      enqueued: waiting.length,
      lanes: new Set(waiting.map(({ lane }) => lane)).size,
      left: left(),
    };
  } finally {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function enqueueAll(url: string, jobs: number): Promise<void> {
  for (let number = 0; number < jobs; number++) {
    const answers = topics.map((topic) =>
      fetch(`${url}/enqueue`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ topic, number }),
      }),
    );
    for (const { status } of await Promise.all(answers)) {
      if (status !== 200) throw new Error(`a job was refused with ${status}`);
    }
  }
}

interface Killing extends Pick<KillJobsOptions, "kills" | "say"> {
  readonly file: string;
  readonly total: number;
}

/** The kills are spread over the jobs; each comes when jobs have begun since the last restart and more are to come. */
async function killAgainAndAgain(stack: Stack, { file, kills, say, total }: Killing): Promise<void> {
  const each = Math.floor(total / (kills + 1));
  for (let kill = 1; kill <= kills; kill++) {
    const ended = (): number => new Set(readNotes(file).flatMap(({ job, what }) => (what === "end" ? [job] : []))).size;
    await until("jobs are done", () => ended() >= kill * each);
    if (ended() === total) throw new Error(`kill ${kill} found all jobs done: nothing would be proved`);
    await stack.kill("worker");
    say(`kill ${kill}: ${ended()} of ${total} jobs done`);
    await stack.restart("worker");
  }
}

function readNotes(file: string): readonly JobNote[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + DEADLINE;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`within ${DEADLINE / 1_000} s it did not come to pass that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
