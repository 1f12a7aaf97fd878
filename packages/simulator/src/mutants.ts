import { protocolRules } from "@stephooks/engine/rules";
import { engineParts } from "./engine-parts.ts";
import { messageMutants } from "./message-mutants.ts";
import { drop, type Mutant } from "./mutant.ts";
import { raceMutants } from "./race-mutants.ts";
import { storeMutants } from "./store-mutants.ts";
import { drainThatFails, sweepThatResends } from "./wrong-hosts.ts";

const hostMutants: readonly Mutant[] = [
  {
    name: "the dead-letter drain fails what is current (A17)",
    profile: "all",
    within: 2_000,
    parts: () => ({ ...engineParts, drain: drainThatFails }),
  },
  {
    name: "the sweeper sends everything again",
    profile: "calm",
    within: 300,
    parts: () => ({ ...engineParts, sweep: sweepThatResends }),
  },
  {
    name: "a command is written and never sent",
    profile: "no-sweeper",
    within: 300,
    parts: () => ({
      ...engineParts,
      queue: (queue) => ({
        ...queue,
        send: (messages) => queue.send(messages.filter(({ message }) => message.kind !== "command")),
      }),
    }),
  },
  {
    name: "a sweeper that never comes",
    profile: "calm",
    within: 300,
    parts: () => ({ ...engineParts, sweep: async () => ({ read: 0, sent: 0, backlogged: false }) }),
  },
];

export const mutants: readonly Mutant[] = [...storeMutants, ...messageMutants, ...raceMutants, ...hostMutants];

/** The wrong engine that every run must find before its silence means anything. */
export const canary: Mutant = {
  name: "canary: stale messages are deleted, losers delete theirs",
  profile: "no-sweeper",
  within: 200,
  parts: () => ({
    ...engineParts,
    rules: {
      classifyMessage: (message, head, context, unstored) => {
        const decision = protocolRules.classifyMessage(message, head, context, unstored);
        return decision.kind === "keep" || decision.kind === "repair" ? drop : decision;
      },
      decideLostRace: (race, context) => {
        const verdict = protocolRules.decideLostRace(race, context);
        return verdict.kind === "keep" || verdict.kind === "repair" ? drop : verdict;
      },
    },
  }),
};
