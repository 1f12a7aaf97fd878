import { afterAll, describe, expect, test } from "vitest";
import type { Enumeration } from "./enumerate.ts";
import { faultKinds } from "./faults.ts";
import { complaintsOf, invariants } from "./invariants.ts";
import type { Scenario } from "./scenario.ts";

/** Two cores that six others use as well. */
const PATIENCE = 300_000;

/** One test for each scenario, then one for each invariant over all of them; ends with counts. */
export function describeCrashPoints(
  title: string,
  scenarios: readonly Scenario[],
  enumeration: (scenario: Scenario) => Promise<Enumeration>,
): void {
  describe(title, () => {
    const done: Enumeration[] = [];

    test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
      "%s",
      async (_name, scenario) => {
        const result = await enumeration(scenario);
        done.push(result);
        expect(result.violations).toEqual([]);
        const felt = new Set([...result.felt].map((fault) => fault.split(" ").at(-1)));
        expect(faultKinds.filter((kind) => !felt.has(kind))).toEqual([]);
      },
      PATIENCE,
    );

    test.each(Object.entries(invariants))("%s: %s", (number) => {
      expect(done).toHaveLength(scenarios.length);
      const violations = done.flatMap((result) => result.violations);
      expect(complaintsOf(number, violations)).toEqual([]);
    });

    afterAll(() => {
      const runs = done.reduce((sum, result) => sum + result.runs, 0);
      const faults = done.reduce((sum, result) => sum + result.faults, 0);
      process.stdout.write(`${title}: ${done.length} scenarios, ${runs} runs, ${faults} faults\n`);
    });
  });
}
