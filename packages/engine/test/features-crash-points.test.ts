import { describe, expect, test } from "vitest";
import { featureScenarios } from "./support/feature-scenarios.ts";
import { enumerate, violations } from "./support/scenario.ts";

describe("every outside call, every fault: the instance ends as it should", () => {
  test.each(featureScenarios.map((scenario) => [scenario.name, scenario] as const))("%s", async (_name, scenario) => {
    const verdicts = await enumerate(scenario);
    expect(violations(verdicts)).toEqual([]);
    expect(verdicts.length).toBeGreaterThan(20);
  });
});
