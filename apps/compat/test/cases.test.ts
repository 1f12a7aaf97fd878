import { expect, test, vi } from "vitest";
import { readCases } from "../src/compat-case.ts";
import { expectedFailures } from "../src/expected-failures.ts";
import { runCase } from "../src/run-case.ts";

// Each case starts a stack of its own; a busy machine takes its time for that.
vi.setConfig({ testTimeout: 240_000, maxConcurrency: 2 });

const cases = readCases();
const inline = cases.filter(({ inlineApp }) => inlineApp !== undefined);

// A case may race its request against the 400 ms that a step of it sleeps: on a busy machine it can lose once.
test.concurrent.each(inline.map((given) => [given.id, given] as const))("%s", { retry: 1 }, async (id, given) => {
  const result = await runCase(given, { patience: 30_000 });
  if (expectedFailures.has(id))
    expect(result, `${id} passes: take it out of the expected failures`).toMatchObject({ outcome: "failed" });
  else expect(result).toEqual({ outcome: "passed", steps: given.steps.length });
});

test("a case whose source is not here does not pass, and says so", async () => {
  const [first] = cases.filter(({ inlineApp }) => inlineApp === undefined);
  if (first === undefined) throw new Error("there is no such case");
  expect(await runCase(first)).toEqual({
    outcome: "absent",
    reason: `source not here: ${first.repo}/${first.dir}`,
  });
});

test("only cases that exist are expected to fail", () => {
  const ids = cases.map(({ id }) => id);
  expect([...expectedFailures.keys()].filter((id) => !ids.includes(id))).toEqual([]);
});
