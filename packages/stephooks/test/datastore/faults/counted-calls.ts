import type { Task } from "../task-app.ts";

/** What is stored, read without the datastore. */
export interface StoredData {
  readonly documents: readonly Readonly<Record<string, unknown>>[];
  /** Values of the run's keyspace. */
  readonly values: ReadonlyMap<string, unknown>;
}

/** How a call came back. `mayHaveCounted` when it says so itself, or when its process died. */
export type Outcome =
  | { readonly kind: "succeeded"; readonly value: unknown }
  | { readonly kind: "failed"; readonly code: string; readonly mayHaveCounted: boolean };

/** One run of a call, perhaps with another's call at the same place. */
export interface Run {
  readonly mine: Outcome;
  readonly rival: Outcome | undefined;
  readonly stored: StoredData;
}

/** A call whose effect can be counted afterwards. */
export interface CountedCall {
  readonly name: string;
  /** `pass` waits until so many milliseconds are over. */
  readonly prepare?: (place: string, pass: (milliseconds: number) => Promise<void>) => Task<unknown>;
  readonly mine: (place: string) => Task<unknown>;
  readonly rival: (place: string) => Task<unknown>;
  /** What is wrong with a run; nothing when all is right. */
  readonly wrong: (run: Run) => readonly string[];
}

type Who = "mine" | "rival";

const change = (who: Who) => ({ $inc: { n: 1 }, $push: { list: who } });

const prepared = (place: string): Task<unknown> => {
  return (data) => data.insertOne(place, { _id: "d", kind: "counted", n: 0, list: [] });
};

/** Every call is counted once, unless it says that it may not have been. */
function judge(counted: (stored: StoredData, who: Who) => number): CountedCall["wrong"] {
  return ({ mine, rival, stored }) => [
    ...judgeOne("mine", mine, counted(stored, "mine")),
    ...(rival === undefined ? [] : judgeOne("rival", rival, counted(stored, "rival"))),
  ];
}

function judgeOne(who: Who, outcome: Outcome, times: number): readonly string[] {
  if (times > 1) return [`${who} was counted ${times} times`];
  if (outcome.kind === "succeeded") return times === 1 ? [] : [`${who} succeeded and was lost`];
  if (outcome.mayHaveCounted || times === 0) return [];
  return [`${who} failed with ${outcome.code}, which says that nothing was applied, and was counted`];
}

const inDocument: CountedCall["wrong"] = (run) => {
  const uneven = run.stored.documents.filter(({ list, n }) => !Array.isArray(list) || list.length !== n);
  const pushed = judge((stored, who) => stored.documents.flatMap(({ list }) => list).filter((by) => by === who).length);
  return [...pushed(run), ...uneven.map(() => "$inc and $push of one call were applied apart")];
};

const inserted = judge((stored, who) => stored.documents.filter(({ by }) => by === who).length);

/** The units are mine, the thousands the rival's. */
const inSum = judge((stored, who) => {
  const sum = Number(stored.values.get("k") ?? 0);
  return who === "mine" ? sum % 1_000 : Math.floor(sum / 1_000);
});

const by = { mine: 1, rival: 1_000 };

/** Of two who take the same thing one gets it. */
function taken(gone: (stored: StoredData) => boolean): CountedCall["wrong"] {
  return ({ mine, rival, stored }) => {
    const winners = [mine, rival].filter((outcome) => outcome?.kind === "succeeded" && outcome.value !== null);
    const uncertain = mine.kind === "failed" && mine.mayHaveCounted;
    return [
      ...(winners.length > 1 ? ["both got it"] : []),
      ...(winners.length === 1 && !gone(stored) ? ["it was got and is still there"] : []),
      ...(winners.length === 0 && !uncertain && gone(stored) ? ["nobody got it and it is gone"] : []),
    ];
  };
}

const updates: readonly CountedCall[] = [
  {
    name: "updateOne by _id",
    prepare: prepared,
    mine: (place) => (data) => data.updateOne(place, "d", change("mine")),
    rival: (place) => (data) => data.updateOne(place, "d", change("rival")),
    wrong: inDocument,
  },
  {
    name: "updateOne by a query",
    prepare: prepared,
    mine: (place) => (data) => data.updateOne(place, { kind: "counted" }, change("mine")),
    rival: (place) => (data) => data.updateOne(place, { kind: "counted" }, change("rival")),
    wrong: inDocument,
  },
  {
    name: "updateOne with upsert",
    mine: (place) => (data) => data.updateOne(place, "d", change("mine"), { upsert: true }),
    rival: (place) => (data) => data.updateOne(place, "d", change("rival"), { upsert: true }),
    wrong: inDocument,
  },
  {
    name: "updateOne with upsert, changed by nine others",
    mine: (place) => (data) => data.updateOne(place, "d", change("mine"), { upsert: true }),
    rival: (place) => async (data) => {
      await data.updateOne(place, "d", change("rival"), { upsert: true });
      for (let count = 0; count < 9; count++) await data.updateOne(place, "d", { $set: { other: count } });
    },
    wrong: inDocument,
  },
];

const inserts: readonly CountedCall[] = [
  {
    name: "insertOne with an _id",
    mine: (place) => (data) => data.insertOne(place, { _id: "d", by: "mine" }),
    rival: (place) => (data) => data.insertOne(place, { _id: "d", by: "rival" }),
    wrong: inserted,
  },
  {
    name: "insertOne with an _id, changed by nine others",
    mine: (place) => (data) => data.insertOne(place, { _id: "d", by: "mine" }),
    rival: (place) => async (data) => {
      const at = { upsert: true };
      for (let count = 0; count < 9; count++) await data.updateOne(place, "d", { $set: { other: count } }, at);
    },
    wrong: ({ mine, stored }) => inserted({ mine, rival: undefined, stored }),
  },
  {
    name: "insertOne without an _id",
    mine: (place) => (data) => data.insertOne(place, { by: "mine" }),
    rival: (place) => (data) => data.insertOne(place, { by: "rival" }),
    wrong: inserted,
  },
  {
    name: "removeOne",
    prepare: prepared,
    mine: (place) => (data) => data.removeOne(place, "d"),
    rival: (place) => (data) => data.removeOne(place, "d"),
    wrong: taken(({ documents }) => documents.length === 0),
  },
];

const values: readonly CountedCall[] = [
  {
    name: "incr of nothing",
    mine: (keyspace) => (data) => data.incr("k", by.mine, { keyspace }),
    rival: (keyspace) => (data) => data.incr("k", by.rival, { keyspace }),
    wrong: inSum,
  },
  {
    name: "incr of a value whose time is over",
    prepare: (keyspace, pass) => async (data) => {
      await data.set("k", 500_000, { keyspace, ttl: 1 });
      await pass(2);
    },
    mine: (keyspace) => (data) => data.incr("k", by.mine, { keyspace, ttl: 60_000 }),
    rival: (keyspace) => (data) => data.incr("k", by.rival, { keyspace, ttl: 60_000 }),
    wrong: inSum,
  },
  {
    name: "set",
    mine: (keyspace) => (data) => data.set("k", 7, { keyspace }),
    rival: (keyspace) => (data) => data.incr("k", by.rival, { keyspace }),
    wrong: ({ mine, rival, stored }) => {
      const value = stored.values.get("k");
      const wrong = mine.kind === "succeeded" && value !== 7 && value !== 1_007 ? ["set succeeded and was lost"] : [];
      // The rival saw what was set, so its count came after.
      const sawMine = rival?.kind === "succeeded" && rival.value === 1_007;
      return sawMine && value !== 1_007 ? [...wrong, "a count on top of what was set was lost"] : wrong;
    },
  },
  {
    name: "del",
    prepare: (keyspace) => (data) => data.set("k", 7, { keyspace }),
    mine: (keyspace) => (data) => data.del("k", { keyspace }),
    rival: (keyspace) => (data) => data.del("k", { keyspace }),
    wrong: taken((stored) => !stored.values.has("k")),
  },
];

export const countedCalls: readonly CountedCall[] = [...updates, ...inserts, ...values];
