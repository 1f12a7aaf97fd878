import { expect, test } from "vitest";
import { enumerate, violations } from "./support/scenario.ts";
import { scenarios } from "./support/scenarios.ts";

/** What must hold in every scenario with every fault at every outside call, under the names DESIGN.md uses. */
const invariants = {
  I1: "for one instance and seq at most one transition commits, and seq rises by one",
  I2: "the committed chain is a path: what runs at a seq is what the commit before it asked for",
  I3: "no wakeup is lost: whoever is runnable comes to an end",
  I4: "in every state a runnable instance has an undeleted message that insures it",
  I5: "a start that was acknowledged runs",
  I9: "the number of executions is bounded by the number of faults, not by the length of the run",
  I10: "when all have ended, the queues are empty",
  I15: "no retry begins before its time, none beyond the last attempt",
  I17: "the idempotency key is one for all executions of a visit and another for every other visit",
  I23: "faults of the infrastructure fail no instance",
} as const;

const complaints = (async () => {
  const verdicts = await Promise.all(scenarios.map((scenario) => enumerate(scenario)));
  return verdicts.flatMap(violations);
})();

test.each(Object.entries(invariants))("%s: %s", async (number) => {
  expect((await complaints).filter((complaint) => complaint.includes(`: ${number}: `))).toEqual([]);
});
