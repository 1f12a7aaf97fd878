import { expect, test } from "vitest";
import { canary, mutants } from "../src/mutants.ts";
import { runSeeds } from "../src/seed-range.ts";

test.each([canary, ...mutants].map((mutant) => [mutant.name, mutant] as const))("found: %s", async (_name, mutant) => {
  const { bad, seeds } = await runSeeds({ ...mutant, from: 0, count: mutant.within, once: true, stopAfter: 1 });
  expect({ seeds, found: bad.length }).toMatchObject({ found: 1 });
});
