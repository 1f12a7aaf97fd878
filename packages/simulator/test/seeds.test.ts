import { expect, test } from "vitest";
import { gaps } from "../src/coverage.ts";
import { profileNames } from "../src/profiles.ts";
import { runThreads } from "../src/run-threads.ts";

/** Seeds of each profile that every test run proves, each run twice; `pnpm sim` runs others as well. */
const SEEDS = 5_000;

test("no invariant breaks, every run can be repeated, and everything was exercised", { timeout: 900_000 }, async () => {
  const ranges = profileNames.map((profile) => ({ profile, from: 0, count: SEEDS }));
  const { bad, covered, seeds } = await runThreads(ranges, 2);
  expect({ bad, seeds, gaps: gaps(covered) }).toEqual({ bad: [], seeds: SEEDS * profileNames.length, gaps: [] });
});
