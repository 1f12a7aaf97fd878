import { hasEnded, type HeadStatus, type InstanceHead, type InstanceStore } from "@stephooks/core";
import { type EngineParts, engineParts } from "./engine-parts.ts";
import { LARGEST_ITEM, largeText } from "./large-state.ts";
import type { Mutant } from "./mutant.ts";

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

type Update = InstanceStore["update"];

function withUpdate(wrap: (update: Update, store: InstanceStore) => Update): () => EngineParts {
  return () => ({
    ...engineParts,
    store: (store) => ({ ...store, update: wrap(store.update, store) }),
  });
}

/** Wrong conditions and wrong writes. */
export const storeMutants: readonly Mutant[] = [
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
    name: "the history forgets what was removed or set last (I25)",
    profile: "calm",
    within: 100,
    parts: withUpdate((update) => (id, change, condition) => {
      const history = change.set.history?.map((entry) => ({ ...entry, changes: entry.changes?.slice(0, -1) ?? [] }));
      return update(id, history === undefined ? change : { ...change, set: { ...change.set, history } }, condition);
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
  {
    name: "branches are counted at the join",
    profile: "no-crash",
    within: 1_000,
    parts: withUpdate((update, store) => async (id, change, condition) => {
      if (change.result === undefined) return update(id, change, condition);
      const results = (await store.read([id])).get(id)?.results;
      const { openBranch: _any, ...rest } = condition;
      // Whatever was recorded is one more: the counter does not know whose it was.
      return update(id, { ...change, result: { ...change.result, branch: results?.size ?? 0 } }, rest);
    }),
  },
  {
    name: "a result is taken by whatever fan-out is open",
    profile: "zombie",
    within: 2_000,
    parts: withUpdate((update) => (id, change, condition) => {
      const { seq: _any, ...rest } = condition;
      return update(id, change, change.result === undefined ? condition : rest);
    }),
  },
  {
    name: "a cancel is unchecked",
    profile: "all",
    within: 1_000,
    parts: withUpdate((update) => (id, change, condition) => {
      const isCancel = change.set.status === "cancelled";
      return update(id, change, isCancel ? { ...condition, statusIn: statuses } : condition);
    }),
  },
  {
    name: "a step commit leaves the start marks",
    profile: "all",
    within: 3_000,
    parts: withUpdate(
      (update) => (id, change, condition) =>
        update(id, { ...change, clear: change.clear?.filter((field) => field !== "startMarks") ?? [] }, condition),
    ),
  },
  {
    name: "a long wait leaves no entry in the due index",
    profile: "calm",
    within: 300,
    parts: withUpdate((update) => (id, change, condition) => {
      const { indexedAt: _none, ...set } = change.set;
      return update(id, change.set.status === "waiting" ? { ...change, set } : change, condition);
    }),
  },
  {
    name: "an end leaves its entry in the due index",
    profile: "calm",
    within: 100,
    parts: withUpdate((update) => (id, change, condition) => {
      const isEnd = change.set.status !== undefined && hasEnded(change.set.status);
      const clear = change.clear?.filter((field) => field !== "indexedAt") ?? [];
      return update(id, isEnd ? { ...change, clear } : change, condition);
    }),
  },
  {
    name: "an end does not move in the list index",
    profile: "calm",
    within: 100,
    parts: withUpdate(
      (update) =>
        (id, { listed: _none, ...change }, condition) =>
          update(id, change, condition),
    ),
  },
  {
    name: "a step that hands over too much is tried again (I21)",
    profile: "calm",
    within: 300,
    parts: withUpdate((update) => (id, change, condition) => {
      const { attempt = 1, error, status } = change.set;
      const isRefused = error?.code === "state-too-large" && status === "failed";
      const again = { ...change.set, status: "runnable", attempt: attempt + 1 } as const;
      return update(id, isRefused ? { ...change, set: again } : change, condition);
    }),
  },
  {
    name: "a patch is asked of the table without being measured (I21)",
    profile: "all",
    within: 300,
    parts: withUpdate((update) => (id, change, condition) => {
      const isPatch = change.set.patchVersion !== undefined && change.set.seq === undefined;
      const entries = new Map([["more", JSON.stringify(largeText(LARGEST_ITEM))]]);
      return update(id, isPatch ? { ...change, state: { kind: "whole", entries } } : change, condition);
    }),
  },
  {
    name: "a token that was faster than its wait stays good (R9)",
    profile: "all",
    within: 3_000,
    parts: withUpdate((update) => (id, change, condition) => {
      const { answeredVisit: _any, ...rest } = change.set;
      return update(id, { ...change, set: rest }, condition);
    }),
  },
  {
    name: "an inline chain does not see the pause (A15)",
    profile: "all",
    within: 3_000,
    parts: withUpdate((update) => (id, change, condition) => {
      const { pauseId: _any, ...rest } = condition;
      return update(id, change, change.set.seq === undefined ? condition : rest);
    }),
  },
];
