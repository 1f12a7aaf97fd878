import type { BranchResult, JsonValue } from "@stephooks/core";
import { type Keys, type Shape, stepOfShape } from "./shape.ts";

/** A branch's result as the model sees it. */
export type ModelResult =
  | { readonly kind: "next"; readonly next: string | readonly string[] | null; readonly set: Keys }
  | { readonly kind: "failed" };

/** A fan-out that has not joined. */
export interface JoinInModel {
  readonly seq: number;
  readonly branches: readonly string[];
  readonly settleAll: boolean;
  /** What `shared` was when the branches began: setting it to the same again is no change. */
  readonly shared: JsonValue | undefined;
  readonly results: Map<number, ModelResult>;
}

export interface FanOut {
  readonly branches: readonly string[];
  readonly settleAll: boolean;
}

export function joinOf({ branches, settleAll }: FanOut, seq: number, values: Keys): JoinInModel {
  return { seq, branches, settleAll, shared: values["shared"], results: new Map() };
}

/** What the branch `name` returns, whatever happened on its way. */
export function resultOf(name: string, shape: Shape, { shared }: JoinInModel): ModelResult {
  const step = stepOfShape(shape, name);
  if (step.kind === "broken") return { kind: "failed" };
  const set = shared === name ? { [name]: "done" } : { [name]: "done", shared: name };
  if (step.kind === "again") return { kind: "next", next: step.branches, set };
  if ("next" in step) return { kind: "next", next: step.next, set };
  throw new TypeError(`${name} is no branch`);
}

export function recordedAs(result: BranchResult): ModelResult {
  if (result.kind === "failed") return { kind: "failed" };
  const parsed = Object.entries(result.set)
    .toSorted(([a], [b]) => (a === "shared" ? 1 : b === "shared" ? -1 : 0))
    .map(([key, json]): [string, JsonValue] => [key, JSON.parse(json)]);
  return { kind: "next", next: result.next, set: Object.fromEntries(parsed) };
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
