import { expect, test } from "vitest";
import { withoutAmbience } from "../src/ambient-trap.ts";
import { engineParts } from "../src/engine-parts.ts";
import { canary } from "../src/mutants.ts";
import { shrink } from "../src/shrink.ts";
import { simulate } from "../src/simulate.ts";

test("one seed gives one run, another seed another one", async () => {
  const [first, second, other] = [
    await simulate({ seed: 7, profile: "all" }),
    await simulate({ seed: 7, profile: "all", traced: true }),
    await simulate({ seed: 8, profile: "all" }),
  ];
  expect(second.hash).toBe(first.hash);
  expect(second.calls).toBe(first.calls);
  expect(other.hash).not.toBe(first.hash);
});

test("a run with all of its own faults is the same run", async () => {
  const whole = await simulate({ seed: 11, profile: "all" });
  const only = whole.faults.map(({ opportunity }) => opportunity);
  expect(only.length).toBeGreaterThan(0);
  expect((await simulate({ seed: 11, profile: "all", only })).hash).toBe(whole.hash);
});

test("a seed without its faults is a calm one", async () => {
  const report = await simulate({ seed: 11, profile: "all", only: [] });
  expect(report.faults).toEqual([]);
  expect(report.violations).toEqual([]);
});

test("the smallest list of faults still breaks what the whole list broke", async () => {
  const options = { seed: 0, profile: "zombie", parts: canary.parts } as const;
  const whole = await simulate({ ...options, parts: canary.parts() });
  const { faults, report } = await shrink(options);
  expect(report.violations[0]?.slice(0, 2)).toBe(whole.violations[0]?.slice(0, 2));
  expect(faults.length).toBeLessThan(whole.faults.length);
});

test("an engine that reads the machine's clock falls into the trap", async () => {
  const store = {
    ...engineParts,
    rules: {
      ...engineParts.rules,
      classifyMessage: () => {
        throw new TypeError(String(Date.now()));
      },
    },
  };
  await expect(withoutAmbience(async () => Date.now())).rejects.toThrow(/used now/);
  const report = await simulate({ seed: 1, profile: "no-sweeper", parts: store });
  expect(report.violations.length).toBeGreaterThan(0);
  expect(Date.now()).toBeGreaterThan(0);
});
