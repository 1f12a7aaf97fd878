import { type BranchResult, defaultRetryPolicy, type StateEntries } from "@stephooks/core";
import { changedKeys, type Given, sameKeys } from "./given.ts";
import { isTooLarge } from "./large-state.ts";
import { askedBy, type Keys, type Shape, stepOfShape } from "./shape.ts";

/** A branch's result as the model sees it. */
export type ModelResult =
  | { readonly kind: "next"; readonly next: string | readonly string[] | null; readonly set: Keys }
  | { readonly kind: "failed" };

/** A fan-out that has not joined. */
export interface JoinInModel {
  readonly seq: number;
  readonly branches: readonly string[];
  readonly settleAll: boolean;
  readonly results: Map<number, ModelResult>;
}

export interface FanOut {
  readonly branches: readonly string[];
  readonly settleAll: boolean;
}

export function joinOf({ branches, settleAll }: FanOut, seq: number): JoinInModel {
  return { seq, branches, settleAll, results: new Map() };
}

/** What the branch `name` reports after a body that was given this; undefined when it must not report. */
export function resultOf(name: string, shape: Shape, { attempt, head, keys }: Given): ModelResult | undefined {
  const asked = askedBy(name, stepOfShape(shape, name), keys, attempt);
  const set = { ...stateOf(head?.state), ...("set" in asked ? changedKeys(asked.set, keys) : {}) };
  if (isTooLarge({ ...keys, ...set })) return { kind: "failed" };
  switch (asked.kind) {
    case "goto":
      return { kind: "next", next: asked.next, set };
    case "fan-out":
      return { kind: "next", next: asked.branches, set };
    case "throw":
      return attempt < defaultRetryPolicy.maximumAttempts ? undefined : { kind: "failed" };
    case "wait":
      return undefined;
  }
}

export function recordedAs(result: BranchResult): ModelResult {
  if (result.kind === "failed") return { kind: "failed" };
  return { kind: "next", next: result.next, set: stateOf(new Map(Object.entries(result.set))) };
}

export function sameResult(a: ModelResult, b: ModelResult): boolean {
  if (a.kind === "failed" || b.kind === "failed") return a.kind === b.kind;
  return JSON.stringify(a.next) === JSON.stringify(b.next) && sameKeys(a.set, b.set);
}

function stateOf(state: StateEntries = new Map()): Keys {
  return Object.fromEntries([...state].map(([name, json]) => [name, JSON.parse(json)]));
}

/** What a join leads to; undefined while branches are missing that it needs (I13). */
export type Joined =
  | { readonly kind: "failed" }
  | { readonly kind: "next"; readonly next: string | readonly string[] | null; readonly set: Keys };

export function joined({ branches, results, settleAll }: JoinInModel): Joined | undefined {
  const inOrder = branches.flatMap((_name, branch) => results.get(branch) ?? []);
  const failures = inOrder.filter(({ kind }) => kind === "failed").length;
  const isFailed = failures > (settleAll ? branches.length : 0);
  const isComplete = inOrder.length === branches.length || (isFailed && !settleAll);
  if (!isComplete) return undefined;
  const succeeded = inOrder.filter((result) => result.kind === "next");
  const [first] = succeeded;
  if (isFailed || first === undefined) return { kind: "failed" };
  return { kind: "next", next: first.next, set: Object.assign({}, ...succeeded.map(({ set }) => set)) };
}
