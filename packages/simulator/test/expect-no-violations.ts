import { expect } from "vitest";
import type { ProfileName } from "../src/profiles.ts";
import { runSeeds } from "../src/seed-range.ts";

/** Seeds of each profile that every test run proves, each run twice; `pnpm sim` runs others as well. */
const SEEDS = 2_500;

export async function expectNoViolations(profile: ProfileName): Promise<void> {
  const { bad, seeds } = await runSeeds({ profile, from: 0, count: SEEDS });
  expect({ bad, seeds }).toEqual({ bad: [], seeds: SEEDS });
}
