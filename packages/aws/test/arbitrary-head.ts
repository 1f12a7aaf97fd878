import {
  type BranchResult,
  type ClearableField,
  type ErrorRecord,
  type HistoryEntry,
  type InstanceHead,
  type MutableHead,
  type RecordedChange,
  type StateEntries,
  type StepCount,
  historyOutcomes,
} from "@stephooks/core";
import * as fc from "fast-check";

/*
 * Heads of every form that can be stored, with text that breaks careless stores.
 */

const plain = { noNullPrototype: true } as const;
/** Every status. */
export const statuses = [
  "runnable",
  "waiting",
  "timer",
  "joining",
  "blocked",
  "completed",
  "failed",
  "cancelled",
] as const;

const text = fc.string({ unit: "binary" });
/** UTF-16 units without regard for pairs. */
const units = fc
  .array(fc.integer({ min: 0xd7fe, max: 0xe001 }), { maxLength: 6 })
  .map((codes) => String.fromCharCode(...codes));
/** A key of a state. */
export const anyKey = fc.oneof(
  text,
  units,
  fc.constantFrom("", "~", "~e", "~p", "~~", "~d800", "__proto__", "constructor"),
);
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 });

const stepCount: fc.Arbitrary<StepCount> = fc.record(
  { visits: count, startTime: time, finishTime: time, totalTime: count },
  { requiredKeys: ["visits", "startTime"], ...plain },
);
const recordedChange: fc.Arbitrary<RecordedChange> = fc.record(
  { key: anyKey, before: units, after: text },
  { requiredKeys: ["key"], ...plain },
);
/** One transition. */
const anyHistoryEntry: fc.Arbitrary<HistoryEntry> = fc
  .record(
    {
      seq: count,
      step: text,
      attempt: count,
      outcome: fc.constantFrom(...historyOutcomes),
      startedAt: time,
      duration: count,
      changes: fc.array(recordedChange, { maxLength: 4 }),
      unlisted: count,
    },
    { requiredKeys: ["seq", "step", "attempt", "outcome", "startedAt", "duration"], ...plain },
  )
  // How many more there are is said beside what there is.
  .map(({ unlisted, ...entry }) =>
    entry.changes === undefined || unlisted === undefined ? entry : { ...entry, unlisted },
  );
const errorRecord: fc.Arbitrary<ErrorRecord> = fc.record(
  { name: text, message: units, stack: text, code: text, step: text, attempt: count, at: time },
  { requiredKeys: ["name", "message", "step", "attempt", "at"], ...plain },
);
const changes = fc.array(fc.tuple(anyKey, text)).map((entries): Record<string, string> => Object.fromEntries(entries));
/** What a branch asked for. */
export const anyBranchResult: fc.Arbitrary<BranchResult> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("next" as const),
      next: fc.oneof(text, fc.array(text), fc.constant(null)),
      set: changes,
      remove: fc.array(anyKey),
      startedAt: time,
      duration: count,
    },
    plain,
  ),
  fc.record({ kind: fc.constant("failed" as const), error: errorRecord }, plain),
);
const results = fc
  .array(fc.tuple(fc.nat({ max: 999 }), anyBranchResult), { maxLength: 5 })
  .map((entries): ReadonlyMap<number, BranchResult> => new Map(entries));
const join = fc.record({ seq: count, steps: fc.array(text), tolerated: count, settleAll: fc.boolean() }, plain);
const recordId = fc
  .tuple(text, fc.nat({ max: 999_999_999_999_999 }), fc.nat({ max: 999 }))
  .map((parts) => parts.join("/"));
/** Ids of instances and of branch records, and such as look like both. */
export const anyHeadId = fc.oneof(
  text,
  recordId,
  fc.constantFrom("a", "a/1/2", "a/01/2", "a/1/2/3", "/1/2", "a/1", "i#a"),
);

/** State as stored. */
export const anyState: fc.Arbitrary<StateEntries> = fc.array(fc.tuple(anyKey, text)).map((entries) => new Map(entries));

/** Parts that an update may set or take away. */
export const anyClearable: {
  readonly [Field in ClearableField]: fc.Arbitrary<NonNullable<MutableHead[Field]>>;
} = {
  previousStep: text,
  totalTime: count,
  error: errorRecord,
  dueAt: time,
  indexedAt: time,
  timeoutStep: text,
  deadline: time,
  join,
  results,
  branchErrors: fc.array(errorRecord, { maxLength: 3 }),
  removed: fc.array(anyKey),
  appliedCommands: fc.array(fc.record({ token: count, id: text }, plain), { maxLength: 8 }),
  answeredVisit: count,
  startMarks: count,
  pauseId: text,
  heldToken: count,
  endedPauses: fc.array(fc.record({ id: text, heldToken: count }, { requiredKeys: ["id"], ...plain }), {
    maxLength: 8,
  }),
  // In the future: what has expired is the contract suite's matter.
  expiresAt: fc.integer({ min: 7_258_118_400, max: 8_640_000_000_000 }).map((seconds) => seconds * 1_000),
};

/** Parts that every head has and an update may set. */
export const anyMutable = {
  seq: count,
  token: count,
  previousToken: fc.oneof(fc.constant(-1), count),
  status: fc.constantFrom(...statuses),
  step: text,
  visit: count,
  attempt: count,
  readyAt: time,
  transactionId: text,
  updatedAt: time,
  patchVersion: count,
  stepCounts: fc
    .array(fc.tuple(anyKey, stepCount))
    .map((entries): Readonly<Record<string, StepCount>> => Object.fromEntries(entries)),
  history: fc.array(anyHistoryEntry, { maxLength: 16 }),
} as const;

const identity = { id: anyHeadId, workflow: text, startId: text, createdAt: time, state: anyState } as const;

export const anyHead: fc.Arbitrary<InstanceHead> = fc.record(
  {
    ...identity,
    ...anyMutable,
    ...anyClearable,
    fullHistory: fc.constant(true),
    keepsChanges: fc.constant(true),
    redact: fc.array(anyKey),
    retention: time,
  },
  { requiredKeys: ["id", "workflow", "startId", "createdAt", "state", ...keysOf(anyMutable)], ...plain },
);

function keysOf<Fields extends object>(fields: Fields): readonly (keyof Fields)[] {
  return Object.keys(fields) as (keyof Fields)[];
}
