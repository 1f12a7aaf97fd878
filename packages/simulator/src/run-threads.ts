import { Worker } from "node:worker_threads";
import { nothing, type SeedRange, sum, type Totals } from "./seed-range.ts";
import type { ThreadWork } from "./seed-thread.ts";

/** Bad seeds of one range after which it stops: more of them teach nothing. */
const ENOUGH = 5;

/** Threads load the engine's sources as they are, whatever loader started them. */
const SOURCES = ["--conditions=source"];

/** Runs the ranges on several threads, each with every n-th seed of each range. */
export async function runThreads(ranges: readonly SeedRange[], threads: number): Promise<Totals> {
  const totals = await Promise.all(Array.from({ length: threads }, (_, thread) => runThread(ranges, thread, threads)));
  return totals.reduce(sum, nothing);
}

function runThread(ranges: readonly SeedRange[], thread: number, threads: number): Promise<Totals> {
  const work: ThreadWork = {
    ranges: ranges.map((range) => ({
      ...range,
      from: range.from + thread,
      count: Math.max(0, range.count - thread),
      step: threads,
      stopAfter: ENOUGH,
    })),
  };
  return new Promise((resolve, reject) => {
    let totals = nothing;
    const worker = new Worker(new URL("seed-thread.ts", import.meta.url), { workerData: work, execArgv: SOURCES });
    worker.on("message", (done: Totals) => {
      totals = sum(totals, done);
    });
    worker.on("error", reject);
    worker.on("exit", () => resolve(totals));
  });
}
