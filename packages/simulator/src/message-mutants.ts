import { type ProtocolRules, protocolRules } from "@stephooks/engine/rules";
import type { EngineParts } from "./engine-parts.ts";
import { drop, type Mutant, withRules } from "./mutant.ts";

function withClassify(
  wrap: (
    decision: ReturnType<ProtocolRules["classifyMessage"]>,
    ...given: Parameters<ProtocolRules["classifyMessage"]>
  ) => ReturnType<ProtocolRules["classifyMessage"]>,
): () => EngineParts {
  return withRules({ classifyMessage: (...given) => wrap(protocolRules.classifyMessage(...given), ...given) });
}

/** Wrong meanings of a received message. */
export const messageMutants: readonly Mutant[] = [
  {
    name: "stale messages are deleted at once (R2)",
    profile: "no-sweeper",
    within: 300,
    parts: withClassify((decision) => {
      const isStale = decision.kind !== "run" && "reason" in decision && decision.reason.startsWith("its successor");
      return isStale ? drop : decision;
    }),
  },
  {
    name: "the predecessor always sends again (R2)",
    profile: "all",
    within: 2_000,
    parts: withRules({
      classifyMessage: (message, head, context, unstored) => {
        const decision = protocolRules.classifyMessage(message, head, context, unstored);
        const isStale = decision.kind === "keep" && decision.reason === "its successor may be running";
        return isStale && head ? { kind: "repair", head, reason: "mutated" } : decision;
      },
      decideLostRace: (race, context) => {
        const verdict = protocolRules.decideLostRace(race, context);
        const isStale = verdict.kind === "keep" && verdict.reason === "its successor may be running";
        return isStale && race.current ? { kind: "repair", head: race.current, reason: "mutated" } : verdict;
      },
    }),
  },
  {
    name: "a body runs before its instance is stored (R7)",
    profile: "calm",
    within: 300,
    parts: withClassify((decision) => (decision.kind === "run" ? { ...decision, stored: true } : decision)),
  },
  {
    name: "what is too early is deleted (A9)",
    profile: "no-sweeper",
    within: 1_000,
    parts: withClassify((decision) =>
      "reason" in decision && decision.reason === "it is too early" ? drop : decision,
    ),
  },
  {
    name: "what is too early runs at once (A16)",
    profile: "no-sweeper",
    within: 300,
    parts: withRules({
      classifyMessage: (message, head, context, unstored) =>
        protocolRules.classifyMessage(message, head && { ...head, readyAt: 0 }, context, unstored),
    }),
  },
  {
    name: "a command is known by its token alone (A7)",
    profile: "calm",
    within: 1_000,
    parts: withRules({
      classifyMessage: (message, head, context, unstored) => {
        const applied = head?.appliedCommands?.find(
          ({ token }) => message.kind === "command" && token === message.token,
        );
        const known = applied && message.kind === "command" ? { ...message, id: applied.id } : message;
        return protocolRules.classifyMessage(known, head, context, unstored);
      },
    }),
  },
  {
    name: "what a pause holds back is not noted (A15)",
    profile: "all",
    within: 500,
    parts: withClassify((decision) => (decision.kind === "hold" ? drop : decision)),
  },
  {
    name: "a pause is not looked at (A15)",
    profile: "all",
    within: 500,
    parts: withRules({
      classifyMessage: (message, head, context, unstored) => {
        if (head === undefined) return protocolRules.classifyMessage(message, head, context, unstored);
        const { pauseId: _none, ...rest } = head;
        return protocolRules.classifyMessage(message, rest, context, unstored);
      },
    }),
  },
  {
    name: "whatever ends a pause ends the one in force (A15)",
    profile: "all",
    within: 3_000,
    parts: withRules({
      classifyMessage: (message, head, context, unstored) => {
        const { pauseId } = head ?? {};
        const late = message.kind === "unpause" && pauseId !== undefined ? { ...message, pauseId } : message;
        return protocolRules.classifyMessage(late, head, context, unstored);
      },
    }),
  },
];
