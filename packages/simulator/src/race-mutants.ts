import { protocolRules } from "@stephooks/engine/rules";
import { drop, type Mutant, withRules } from "./mutant.ts";

/** Wrong verdicts about a refused commit. */
export const raceMutants: readonly Mutant[] = [
  {
    name: "no transaction id (R4)",
    profile: "no-sweeper",
    within: 300,
    parts: withRules({
      decideLostRace: (race, context) => {
        const current = race.current && { ...race.current, transactionId: "mutated" };
        return protocolRules.decideLostRace({ ...race, current }, context);
      },
    }),
  },
  {
    name: "the loser of a race deletes its message (R5, A2)",
    profile: "no-sweeper",
    within: 1_000,
    parts: withRules({
      decideLostRace: (race, context) => {
        const verdict = protocolRules.decideLostRace(race, context);
        return verdict.kind === "keep" || verdict.kind === "repair" ? drop : verdict;
      },
    }),
  },
  {
    name: "an own transaction id is trusted blindly (A3)",
    profile: "no-crash",
    within: 3_000,
    parts: withRules({
      decideLostRace: (race, context) => {
        const isOwn = race.current?.transactionId === race.transition.next.transactionId;
        return isOwn ? { kind: "committed", head: race.transition.next } : protocolRules.decideLostRace(race, context);
      },
    }),
  },
  {
    name: "a lost race is taken for won",
    profile: "no-sweeper",
    within: 300,
    parts: withRules({
      decideLostRace: (race, context) => {
        const verdict = protocolRules.decideLostRace(race, context);
        return verdict.kind === "keep" ? { kind: "committed", head: race.transition.next } : verdict;
      },
    }),
  },
];
