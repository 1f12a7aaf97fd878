import { hasEnded } from "@stephooks/core";
import type { TransitionListener } from "@stephooks/engine";
import { protocolRules } from "@stephooks/engine/rules";
import { type EngineParts, engineParts } from "./engine-parts.ts";
import { messageMutants } from "./message-mutants.ts";
import { drop, type Mutant } from "./mutant.ts";
import { raceMutants } from "./race-mutants.ts";
import { storeMutants } from "./store-mutants.ts";
import { drainThatFails, drainThatForgets, sweepThatResends } from "./wrong-hosts.ts";

const hostMutants: readonly Mutant[] = [
  {
    name: "the dead-letter drain fails what is current (A17)",
    profile: "all",
    within: 2_000,
    parts: () => ({ ...engineParts, drain: drainThatFails }),
  },
  {
    name: "the dead-letter drain deletes what nobody can read (S14)",
    profile: "all",
    within: 500,
    parts: () => ({ ...engineParts, drain: drainThatForgets }),
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

function withListener(listener: EngineParts["listener"]): () => EngineParts {
  return () => ({ ...engineParts, listener });
}

const listenerMutants: readonly Mutant[] = [
  {
    name: "a transition is announced twice",
    profile: "calm",
    within: 10,
    parts: withListener((listener) => async (event) => {
      await listener(event);
      await listener(event);
    }),
  },
  {
    name: "the end of an instance is not announced",
    profile: "calm",
    within: 10,
    parts: withListener((listener) => async (event) => {
      if (!hasEnded(event.after.status)) await listener(event);
    }),
  },
  {
    name: "the loser of a race announces what the winner did",
    profile: "no-sweeper",
    within: 1_000,
    parts: () => {
      let listen: TransitionListener = async () => {};
      return {
        ...engineParts,
        listener: (listener) => (listen = listener),
        rules: {
          ...protocolRules,
          decideLostRace: (race, context) => {
            const verdict = protocolRules.decideLostRace(race, context);
            const { current, head } = race;
            if (verdict.kind !== "committed" && current && current.seq > head.seq) {
              void listen({ before: head, after: current });
            }
            return verdict;
          },
        },
      };
    },
  },
];

export const mutants: readonly Mutant[] = [
  ...storeMutants,
  ...messageMutants,
  ...raceMutants,
  ...hostMutants,
  ...listenerMutants,
];

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
