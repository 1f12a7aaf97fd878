import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environmentNames } from "@stephooks/aws/resources";
import { expect, onTestFinished, test } from "vitest";
import { handlerEnvironment, workerEnvironment } from "../src/stack-environment.ts";
import { forkProcess, startProcess } from "../src/stack-process.ts";
import type { Stack } from "../src/index.ts";
import { ask } from "./support/ask.ts";
import { fixture, stackOfTest } from "./support/started-stack.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";
import { until } from "./support/until.ts";

const timings = { functionTimeout: 10, visibilityTimeout: 20 };

interface Note {
  readonly topic: string;
  readonly number: number;
  readonly what: "begin" | "end";
  readonly by: number;
}

const notesIn = (file: string, topic: string): readonly Note[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Note => JSON.parse(line))
    .filter((note) => note.topic === topic);

/** A worker process beside the stack's own that polls the same job queue. */
async function startSecondWorker(stack: Stack, bundle: string, file: string): Promise<number> {
  const { jobQueueArn = "", jobQueueUrl = "" } = stack.resources;
  const queue = { url: jobQueueUrl, arn: jobQueueArn, batchSize: 10, concurrency: 5 };
  const environment = {
    ...stack.environment,
    ...handlerEnvironment(stack.resources, timings, undefined),
    ...workerEnvironment(bundle, [queue], timings),
    [environmentNames.bundle]: bundle,
    JOBS_APP_FILE: file,
  };
  const second = await startProcess("worker", environment, forkProcess("worker", "ignore"));
  onTestFinished(() => second.stop());
  return second.pid;
}

test("with two worker processes on one queue a topic stays serial, and four slots are worked on together", async () => {
  const file = join(temporaryFolder(), "jobs.jsonl");
  writeFileSync(file, "");
  const bundle = fixture("jobs-app.ts");
  const stack = await stackOfTest({ bundle, timings, environment: { JOBS_APP_FILE: file } });
  const pids = [stack.process("worker").pid, await startSecondWorker(stack, bundle, file)];
  const numbers = Array.from({ length: 60 }, (_, number) => number);
  for (const number of numbers) {
    for (const topic of ["serial", "parallel"]) {
      const { status } = await ask(`${stack.url}/enqueue`, { method: "POST", body: { topic, number } });
      expect(status).toBe(200);
    }
  }
  const isOver = (topic: string): boolean => notesIn(file, topic).filter(({ what }) => what === "end").length >= 60;
  await until("all jobs are done", () => isOver("serial") && isOver("parallel"));
  const serial = notesIn(file, "serial");
  expect(serial.map(({ number, what }) => `${what} ${number}`)).toEqual(
    numbers.flatMap((number) => [`begin ${number}`, `end ${number}`]),
  );
  // Otherwise the order would prove nothing about two processes.
  expect(new Set(serial.map(({ by }) => by))).toEqual(new Set(pids));
  expect(mostAtOnce(notesIn(file, "parallel"))).toBeGreaterThan(1);
  expect(mostAtOnce(notesIn(file, "parallel"))).toBeLessThanOrEqual(4);
});

function mostAtOnce(notes: readonly Note[]): number {
  let running = 0;
  return Math.max(...notes.map(({ what }) => (running += what === "begin" ? 1 : -1)));
}
