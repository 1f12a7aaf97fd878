import { expect, test } from "vitest";
import { canary, mutants } from "../src/mutants.ts";
import { runSeeds } from "../src/seed-range.ts";

/**
 * Mistakes that must be among the mutants, whatever else is. Two that were mistakes are the rules now: that a loser deletes
 * its message after a terminal commit (A2), and that the current message of an ended instance is dropped (A4). An end owed
 * its parent a report; no instance has a parent any more, so everything about an end is in its one write.
 */
const asked: Readonly<Record<string, string>> = {
  "no status in the condition": "no status in the condition of a commit",
  "stale deleted": "stale messages are deleted at once (R2)",
  "always resend": "the predecessor always sends again (R2)",
  "no tx id": "no transaction id (R4)",
  "eventual read": "an eventually consistent read",
  "wait without R8": "a wait against an earlier patch (R8)",
  "own transaction id trusted blindly (A3)": "an own transaction id is trusted blindly (A3)",
  "command without an id (A7)": "a command is known by its token alone (A7)",
  "counter join": "branches are counted at the join",
  "whole-state merge": "the whole state is merged at the join",
  "due message deleted when early (A9)": "what is too early is deleted (A9)",
  "cancel unchecked": "a cancel is unchecked",
  "DLQ fails a current message (A13)": "the dead-letter drain fails what is current (A17)",
};

test("at least 20 mutants, the known mistakes among them", () => {
  const names = mutants.map(({ name }) => name);
  expect(new Set(names).size).toBe(mutants.length);
  expect(mutants.length).toBeGreaterThanOrEqual(20);
  expect(Object.values(asked).filter((name) => !names.includes(name))).toEqual([]);
});

test.each([canary, ...mutants].map((mutant) => [mutant.name, mutant] as const))(
  "found within its seeds: %s",
  { timeout: 240_000 },
  async (_name, mutant) => {
    const { bad } = await runSeeds({ ...mutant, from: 0, count: mutant.within, once: true, stopAfter: 1 });
    expect(bad).toHaveLength(1);
    // The same seed has nothing to say against the engine itself.
    const { profile } = mutant;
    expect((await runSeeds({ profile, from: bad[0]?.seed ?? 0, count: 1, once: true })).bad).toEqual([]);
  },
);
