import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { runSeeds, type SeedRange } from "./seed-range.ts";

/** What a thread works on: one range after the other. */
export interface ThreadWork {
  readonly ranges: readonly SeedRange[];
}

if (!isMainThread) {
  const { ranges }: ThreadWork = workerData;
  for (const range of ranges) parentPort?.postMessage(await runSeeds(range));
}
