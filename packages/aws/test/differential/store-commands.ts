import type { BranchResult, HeadUpdate, InstanceHead, ListGroup, StateWrite } from "@stephooks/core";
import * as fc from "fast-check";
import { anyBranchResult, anyClearable, anyHead, anyKey, anyMutable, anyState, statuses } from "../arbitrary-head.ts";

/*
 * Random calls of the store and its indexes. Ids, workflows and times stand as small numbers for names of the run's
 * own, and conditions say how they relate to what is stored, so that they hold often enough.
 */

export type StoreCommand =
  | { readonly call: "create"; readonly id: number; readonly workflow: number; readonly head: InstanceHead }
  | {
      readonly call: "update";
      readonly id: number;
      readonly update: HeadUpdate;
      readonly listed?: { readonly workflow: number; readonly group: ListGroup; readonly createdAt: number };
      readonly condition: ConditionPlan;
    }
  | { readonly call: "read"; readonly ids: readonly number[] }
  | { readonly call: "read too many" }
  /** Chunks leave a head whole, and what is in one never changes. */
  | { readonly call: "append"; readonly id: number; readonly chunk: number }
  | { readonly call: "history"; readonly id: number; readonly after: number; readonly limit: number }
  | { readonly call: "due"; readonly id: number; readonly from: number; readonly until: number }
  | ({ readonly call: "list" | "next page"; readonly limit: number } & ListName);

export interface ListName {
  readonly workflow: number;
  readonly group: ListGroup;
}

/** Parts that are "stored" hold, parts that are a number hardly ever do. */
export interface ConditionPlan {
  readonly seq?: Expected;
  readonly token?: Expected;
  readonly patchVersion?: Expected;
  readonly pauseId?: "stored" | "" | null;
  readonly heldToken?: Expected | null;
  readonly statusIn: readonly InstanceHead["status"][];
  /** The stored status is among them, too. */
  readonly withStored: boolean;
  readonly openBranch?: number | undefined;
}

type Expected = "stored" | number;

/** Names a run has of each. */
export const IDS = 6;
export const WORKFLOWS = 3;

/** Times of the due index within a run. */
export const TIMES = 40;

/** Chunks of history that an instance may have. */
const CHUNKS = 6;

const groups = ["active", "completed", "failed", "cancelled"] as const;
const id = fc.nat({ max: IDS - 1 });
const workflow = fc.nat({ max: WORKFLOWS - 1 });
const createdAt = fc.constantFrom(0, 7, 999, 1_000, 1_767_225_600_000, 1_767_225_600_001);
const indexedAt = fc.nat({ max: TIMES - 1 });
const branch = fc.nat({ max: 5 });
const expected: fc.Arbitrary<Expected> = fc.oneof({ weight: 6, arbitrary: fc.constant("stored" as const) }, fc.nat(3));

const plain = { noNullPrototype: true } as const;
const optional = { requiredKeys: [] as [], ...plain };

const clearable = { ...anyClearable, indexedAt };
const head: fc.Arbitrary<InstanceHead> = fc
  .tuple(anyHead, createdAt, fc.option(indexedAt), fc.nat(1))
  .map(([any, at, due, patchVersion]) => {
    const { indexedAt: _large, ...rest } = any;
    return { ...rest, createdAt: at, patchVersion, ...(due === null ? {} : { indexedAt: due }) };
  });

const stateWrite: fc.Arbitrary<StateWrite> = fc.oneof(
  fc.record({ kind: fc.constant("keys" as const), set: anyState, remove: fc.array(anyKey) }, plain),
  fc.record({ kind: fc.constant("whole" as const), entries: anyState }, plain),
);

type Result = { readonly branch: number; readonly value: BranchResult };

const update: fc.Arbitrary<HeadUpdate> = fc
  .record(
    {
      set: fc.oneof(
        { weight: 2, arbitrary: fc.record({ ...anyMutable, ...clearable }, optional) },
        fc.record({ attempt: anyMutable.attempt, results: fc.constant(new Map()) }, optional),
      ),
      clear: fc.subarray(Object.keys(clearable) as (keyof typeof clearable)[], { maxLength: 6 }),
      state: stateWrite,
      result: fc.record({ branch, value: anyBranchResult }, plain) as fc.Arbitrary<Result>,
      // An update that names a part twice is refused whatever it is: once in a while.
      mayClash: fc.nat(9).map((chance) => chance === 0),
    },
    { requiredKeys: ["set", "mayClash"], ...plain },
  )
  .map(({ mayClash, ...any }) => (mayClash ? any : withoutClashes(any)));

function withoutClashes({ clear = [], result, set, state }: HeadUpdate): HeadUpdate {
  const cleared = clear.filter((field) => set[field] === undefined && !(result && field === "results"));
  const { results: _clashing, ...others } = set;
  return {
    set: result ? others : set,
    ...(cleared.length === 0 ? {} : { clear: cleared }),
    ...(state ? { state } : {}),
    ...(result ? { result } : {}),
  };
}

const condition: fc.Arbitrary<ConditionPlan> = fc.record(
  {
    seq: expected,
    token: expected,
    patchVersion: expected,
    pauseId: fc.oneof({ weight: 6, arbitrary: fc.constant("stored" as const) }, fc.constantFrom("", null)),
    heldToken: fc.oneof({ weight: 6, arbitrary: fc.constant("stored" as const) }, fc.constantFrom(0, null)),
    statusIn: fc.subarray([...statuses], { maxLength: 3 }),
    withStored: fc.nat(9).map((chance) => chance > 0),
    // Most instances have no fan-out, and then it never holds.
    openBranch: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, branch),
  },
  { requiredKeys: ["statusIn", "withStored"], ...plain },
);

const place = fc.record({ workflow, group: fc.constantFrom(...groups), createdAt }, plain);
const pageSize = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.constantFrom(0, 101));
const page = { workflow, group: fc.constantFrom("active" as const, ...groups), limit: pageSize };

/** Any call. */
export const storeCommand: fc.Arbitrary<StoreCommand> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ call: fc.constant("create" as const), id, workflow, head }, plain) },
  {
    weight: 12,
    arbitrary: fc.record(
      { call: fc.constant("update" as const), id, update, listed: place, condition },
      { requiredKeys: ["call", "id", "update", "condition"], ...plain },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record({ call: fc.constant("read" as const), ids: fc.array(id, { maxLength: 8 }) }, plain),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      { call: fc.constant("due" as const), id, from: fc.nat(TIMES), until: fc.nat(TIMES + 1) },
      plain,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ call: fc.constant("append" as const), id, chunk: fc.nat(CHUNKS - 1) }, plain),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      { call: fc.constant("history" as const), id, after: fc.nat(50), limit: fc.integer({ min: 1, max: 30 }) },
      plain,
    ),
  },
  { weight: 3, arbitrary: fc.record({ call: fc.constant("list" as const), ...page }, plain) },
  { weight: 3, arbitrary: fc.record({ call: fc.constant("next page" as const), ...page }, plain) },
  { weight: 1, arbitrary: fc.record({ call: fc.constant("read too many" as const) }, plain) },
);
