/** What must hold in every scenario, whatever goes wrong, under the names DESIGN.md uses. */
export const invariants = {
  I1: "for one instance and seq at most one transition commits, and seq rises by one",
  I2: "the committed chain is a path: what runs at a seq is what the commit before it asked for",
  I3: "no wakeup is lost: whoever is runnable comes to an end",
  I4: "in every state a runnable instance has an undeleted message that insures it",
  I5: "a start that was acknowledged runs",
  I6: "many starts with one id make one instance, and one client is told that it made it",
  I7: "after an end, a cancel above all, nothing commits",
  I9: "the number of executions is bounded by the number of faults, not by the length of the run",
  I10: "when all have ended, the queues and the due index are empty",
  I14: "a branch is recorded once",
  I15: "no retry begins before its time, none beyond the last attempt",
  I16: "no wait ends before its time unless somebody answers it",
  I17: "the idempotency key is one for all executions of a visit and another for every other visit",
  A15: "a paused instance begins no step",
  I23: "faults of the infrastructure fail no instance",
  I24: "every commit leaves one history entry, and none gets lost",
  I25: "what the history says was written makes the stored state",
} as const;

/** The complaints about one invariant. */
export function complaintsOf(invariant: string, violations: readonly string[]): readonly string[] {
  return violations.filter((violation) => violation.includes(`: ${invariant}: `));
}
