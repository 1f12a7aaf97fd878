import { expect, test } from "vitest";
import { canary, mutants } from "../src/mutants.ts";
import { runSeeds } from "../src/seed-range.ts";

test.each([canary, ...mutants].map((mutant) => [mutant.name, mutant] as const))(
  "found within its seeds: %s",
  { timeout: 120_000 },
  async (_name, mutant) => {
    const { bad } = await runSeeds({ ...mutant, from: 0, count: mutant.within, once: true, stopAfter: 1 });
    expect(bad).toHaveLength(1);
    // The same seed has nothing to say against the engine itself.
    const { profile } = mutant;
    expect((await runSeeds({ profile, from: bad[0]?.seed ?? 0, count: 1, once: true })).bad).toEqual([]);
  },
);
