import type { Place } from "./workflow-graph.ts";

/** What can be wrong with a workflow: docs/graph.md has each with its fix. */
export type FindingCode =
  | "WF101"
  | "WF102"
  | "WF103"
  | "WF104"
  | "WF105"
  | "WF106"
  | "WF107"
  | "WF108"
  | "WF109"
  | "WF110"
  | "WF112";

export type FindingLevel = "error" | "warning";

const warnings: ReadonlySet<FindingCode> = new Set(["WF102", "WF104", "WF109", "WF110", "WF112"]);

export function levelOf(code: FindingCode): FindingLevel {
  return warnings.has(code) ? "warning" : "error";
}

export interface Finding extends Place {
  readonly code: FindingCode;
  readonly workflow: string;
  readonly step: string;
  /** What is wrong, and what to do about it. */
  readonly message: string;
}
