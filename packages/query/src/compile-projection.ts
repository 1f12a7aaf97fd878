import { isRecord } from "@stephooks/core";
import { defaultQueryLimits, QueryBudget } from "./query-limits.ts";
import { QueryError } from "./query-error.ts";
import { fieldPath, type JsonDocument } from "./field-path.ts";

/** Fields to show (`1`, true) or to hide (`0`, false); paths as `"a.b"`. `_id` is shown unless hidden. */
export type Projection = Readonly<Record<string, 0 | 1 | boolean>>;

interface Tree {
  readonly inner: Map<string, Tree>;
}

/**
 * Answers what makes a copy of a document with the shown fields only, or without the hidden ones.
 *
 * @throws QueryError `invalid-query` for a mix of both, `invalid-path`, `query-too-large`, `query-too-deep`.
 */
export function compileProjection(projection: Projection): (document: JsonDocument) => Record<string, unknown> {
  const { _id, ...fields } = readProjection(projection);
  const shown = Object.values(fields);
  const including = shown.length > 0 ? shown[0] === true : _id === true;
  if (shown.some((show) => show !== including)) {
    throw new QueryError(
      "invalid-query",
      "A projection either shows fields (1) or hides them (0); only _id may differ.",
    );
  }
  const showId = _id ?? true;
  const paths = [...Object.keys(fields), ...(showId === including ? ["_id"] : [])];
  const tree = treeOf(paths);
  return including ? (document) => record(included(document, tree)) : (document) => record(excluded(document, tree));
}

function readProjection(projection: unknown): Readonly<Record<string, boolean>> {
  if (!isRecord(projection)) {
    throw new QueryError("invalid-query", "A projection is an object: { field: 1 } or { field: 0 }.");
  }
  const budget = new QueryBudget({ ...defaultQueryLimits, nodes: 1_000 });
  const entries = Object.entries(projection).map(([path, show]): [string, boolean] => {
    fieldPath(path, budget);
    if (show === 1 || show === true) return [path, true];
    if (show === 0 || show === false) return [path, false];
    throw new QueryError("invalid-query", `Show "${path.slice(0, 100)}" with 1 or hide it with 0.`);
  });
  return Object.fromEntries(entries);
}

function treeOf(paths: readonly string[]): Tree {
  const root: Tree = { inner: new Map() };
  for (const path of paths) {
    let tree = root;
    for (const segment of path.split(".")) {
      const next = tree.inner.get(segment) ?? { inner: new Map() };
      tree.inner.set(segment, next);
      tree = next;
    }
  }
  return root;
}

function included(value: unknown, tree: Tree): unknown {
  if (tree.inner.size === 0) return value;
  if (Array.isArray(value)) return value.map((item) => included(item, tree)).filter((item) => item !== undefined);
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const inner = tree.inner.get(key);
    const shown = inner && included(item, inner);
    return shown === undefined ? [] : [[key, shown] as const];
  });
  return Object.fromEntries(entries);
}

function excluded(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((item) => excluded(item, tree));
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const inner = tree.inner.get(key);
    if (inner === undefined) return [[key, item] as const];
    return inner.inner.size === 0 ? [] : [[key, excluded(item, inner)] as const];
  });
  return Object.fromEntries(entries);
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? { ...value } : {};
}
