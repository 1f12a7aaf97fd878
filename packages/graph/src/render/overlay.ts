import { END, type WorkflowGraph, WAIT } from "../workflow-graph.ts";

/** What an instance's history tells of its path: an entry for each transition, oldest first. */
export interface PathEntry {
  readonly step: string;
  readonly outcome: string;
}

export interface InstancePath {
  readonly entries: readonly PathEntry[];
  readonly status: string;
  /** Where it stands. */
  readonly step: string;
}

/** Which parts of a graph an instance has been on. */
export interface Overlay {
  /** Visits of each step. */
  readonly steps: ReadonlyMap<string, number>;
  /** Pairs of names as JSON. */
  readonly taken: ReadonlySet<string>;
  /** The step at which it stands; absent when it has ended. */
  readonly current?: string;
}

const over: ReadonlySet<string> = new Set(["completed", "cancelled", "failed"]);

/**
 * The part of the graph that an instance has been on. The history names one step after the other; branches run side by
 * side, so a step was entered by the newest visited one that has an edge to it.
 */
export function overlayOf({ entries, status, step }: InstancePath, { edges, start }: WorkflowGraph): Overlay {
  const steps = new Map<string, number>();
  const taken = new Set<string>();
  const visited: string[] = [];
  const take = (from: string, to: string): void => {
    if (edges.some((edge) => edge.from === from && edge.to === to)) taken.add(JSON.stringify([from, to]));
  };
  const enter = (name: string): void => {
    const from = visited.findLast((earlier) => edges.some((edge) => edge.from === earlier && edge.to === name));
    if (from !== undefined) take(from, name);
  };
  for (const { outcome, step: name } of entries) {
    if (outcome === "retry") continue;
    enter(name);
    visited.push(name);
    steps.set(name, (steps.get(name) ?? 0) + 1);
    if (outcome === "wait") take(name, WAIT);
    if (outcome === "end") take(name, END);
  }
  if (!over.has(status)) enter(step);
  if (entries.length === 0 && start !== undefined) steps.set(start, 1);
  return { steps, taken, ...(over.has(status) ? {} : { current: step }) };
}
