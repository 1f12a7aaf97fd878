import * as fc from "fast-check";

/** Longest sequence of commands. */
const LONGEST = 120;

/** Sequences at the same time, each on data of its own. */
const LANES = 4;

/** Sequences of one round; after it a lane looks whether there have been enough steps. */
const ROUND = 4;

/** Time after a failure to make its sequence small, milliseconds. */
const SHRINK_LIMIT = 30_000;

/**
 * Runs random sequences until `isEnough`. A sequence that fails is shrunk and printed with its seed;
 * `DIFFERENTIAL_SEED=<seed>` in the environment begins with that sequence again.
 */
export async function runDifferential<Command>(
  command: fc.Arbitrary<Command>,
  run: (commands: readonly Command[]) => Promise<void>,
  isEnough: () => boolean,
): Promise<void> {
  const given = process.env["DIFFERENTIAL_SEED"];
  const first = given === undefined ? Math.floor(Math.random() * 0x3fff_ffff) : Number(given);
  const commands = fc.array(command, { minLength: 1, maxLength: LONGEST, size: "max" });
  const failures: number[] = [];
  const property = fc.asyncProperty(commands, async (sequence) => {
    // Nothing smaller is looked for any more: what has failed so far is the answer.
    if (Date.now() - (failures[0] ?? Infinity) > SHRINK_LIMIT) return;
    try {
      await run(sequence);
    } catch (error) {
      failures.push(Date.now());
      throw error;
    }
  });
  const lane = async (index: number): Promise<void> => {
    for (let seed = first + index; !isEnough() && failures.length === 0; seed += LANES) {
      await fc.assert(property, { seed, numRuns: ROUND });
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index)));
}
