import { hasEnded, type HeadStatus, type InstanceHead, type InstanceStore } from "@stephooks/core";
import { type ProtocolRules, protocolRules } from "@stephooks/engine/rules";
import { type EngineParts, engineParts } from "./engine-parts.ts";
import { drainThatFails, sweepThatResends } from "./wrong-hosts.ts";
import type { ProfileName } from "./profiles.ts";

/** An engine with one mistake: what was taken out, where it shows, and within how many seeds it must be found. */
export interface Mutant {
  readonly name: string;
  readonly profile: ProfileName;
  readonly within: number;
  /** Made afresh for every run: some remember what they saw. */
  readonly parts: () => EngineParts;
}

const statuses: readonly HeadStatus[] = [
  "runnable",
  "waiting",
  "timer",
  "joining",
  "blocked",
  "completed",
  "failed",
  "cancelled",
];

function withRules(rules: Partial<ProtocolRules>): () => EngineParts {
  return () => ({ ...engineParts, rules: { ...protocolRules, ...rules } });
}

type Update = InstanceStore["update"];

function withUpdate(wrap: (update: Update, store: InstanceStore) => Update): () => EngineParts {
  return () => ({
    ...engineParts,
    store: (store) => ({ ...store, update: wrap(store.update, store) }),
  });
}

function withClassify(
  wrap: (
    decision: ReturnType<ProtocolRules["classifyMessage"]>,
    ...given: Parameters<ProtocolRules["classifyMessage"]>
  ) => ReturnType<ProtocolRules["classifyMessage"]>,
): () => EngineParts {
  return withRules({ classifyMessage: (...given) => wrap(protocolRules.classifyMessage(...given), ...given) });
}

const drop = { kind: "drop", reason: "mutated" } as const;

const onConditions: readonly Mutant[] = [
  {
    name: "no status in the condition of a commit",
    profile: "all",
    within: 300,
    parts: withUpdate((update) => (id, change, condition) => {
      const isCommit = change.set.seq !== undefined;
      return update(id, change, isCommit ? { ...condition, statusIn: statuses } : condition);
    }),
  },
  {
    name: "no seq in the condition of a commit",
    profile: "all",
    within: 300,
    parts: withUpdate(
      (update) =>
        (id, change, { seq: _seq, ...condition }) =>
          update(id, change, condition),
    ),
  },
  {
    name: "a wait against an earlier patch (R8)",
    profile: "no-sweeper",
    within: 300,
    parts: withUpdate((update) => (id, change, condition) => {
      const { patchVersion: _any, ...rest } = condition;
      return update(id, change, change.set.status === "waiting" ? rest : condition);
    }),
  },
  {
    name: "the whole state is merged at the join",
    profile: "all",
    within: 300,
    parts: withUpdate((update, store) => async (id, change, condition) => {
      if (change.result?.value.kind !== "next") return update(id, change, condition);
      const head = (await store.read([id])).get(id);
      const set = { ...Object.fromEntries(head?.state ?? []), ...change.result.value.set };
      return update(id, { ...change, result: { ...change.result, value: { ...change.result.value, set } } }, condition);
    }),
  },
  {
    name: "a retry counts as a new visit",
    profile: "calm",
    within: 100,
    parts: withUpdate((update) => (id, change, condition) => {
      const isRetry = change.set.attempt !== undefined && change.set.attempt > 1;
      return update(id, isRetry ? { ...change, set: { ...change.set, visit: 1_000 } } : change, condition);
    }),
  },
  {
    name: "an eventually consistent read",
    profile: "no-sweeper",
    within: 300,
    parts: () => {
      const older = new Map<string, InstanceHead>();
      let reads = 0;
      const store = (strong: InstanceStore): InstanceStore => ({
        ...strong,
        read: async (ids) => {
          const heads = new Map(await strong.read(ids));
          for (const [id, head] of heads) {
            reads += 1;
            const before = older.get(id);
            if (before && reads % 3 === 0) heads.set(id, before);
            older.set(id, head);
          }
          return heads;
        },
      });
      return { ...engineParts, store };
    },
  },
];

const onMessages: readonly Mutant[] = [
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
    profile: "no-crash",
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
    name: "what is too early is deleted (A9)",
    profile: "no-sweeper",
    within: 300,
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
    name: "the current message of an ended instance is dropped (A4)",
    profile: "all",
    within: 2_000,
    parts: withClassify((decision, _message, head) => (head && hasEnded(head.status) ? drop : decision)),
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
];

const onRaces: readonly Mutant[] = [
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
    profile: "all",
    within: 2_000,
    parts: withRules({
      decideLostRace: (race, context) => {
        const isOwn = race.current?.transactionId === race.transition.next.transactionId;
        return isOwn ? { kind: "committed" } : protocolRules.decideLostRace(race, context);
      },
    }),
  },
];

const onHosts: readonly Mutant[] = [
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
];

export const mutants: readonly Mutant[] = [...onConditions, ...onMessages, ...onRaces, ...onHosts];

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
