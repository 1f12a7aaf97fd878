import { beforeAll, describe, expect, test } from "vitest";
import { Enumeration, type Verdict, violations } from "./enumeration.ts";
import type { Scenario } from "./judge.ts";

/** It is half a minute of work; a machine that does much else takes many times as long. Milliseconds. */
const LIMIT = 900_000;

/** Every fault at every request, through the real adapters on the emulators; at least `leastRuns` runs. */
export function enumerationSuite(name: string, scenarios: Readonly<Record<string, Scenario>>, leastRuns: number): void {
  describe(`every request, every fault, on the emulators: ${name}`, () => {
    const all = Object.values(scenarios);
    let verdicts: readonly Verdict[];
    beforeAll(async () => {
      const enumeration = await Enumeration.start();
      try {
        verdicts = await enumeration.run(all);
      } finally {
        await enumeration.stop();
      }
    }, LIMIT);

    test.each(all.map((scenario) => scenario.name))("%s ends as it should", (scenario) => {
      expect(violations(verdicts.filter((verdict) => verdict.scenario === scenario))).toEqual([]);
    });

    test(`in at least ${leastRuns} runs, whose faults take place`, () => {
      const faults = verdicts.filter(({ fault }) => fault !== undefined);
      expect(verdicts.length).toBeGreaterThanOrEqual(leastRuns);
      // Messages sent at about the same time may share a request, so that a run has one call less than another.
      expect(faults.filter(({ fired }) => fired).length / faults.length).toBeGreaterThan(0.98);
    });
  });
}
