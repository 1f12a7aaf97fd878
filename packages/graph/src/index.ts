export { analyse, type Analysis } from "./analyse.ts";
export { type Finding, type FindingCode, type FindingLevel, levelOf } from "./finding.ts";
export { GraphError, type GraphErrorCode } from "./graph-error.ts";
export type { ReadFile } from "./syntax/resolve-import.ts";
export { type Edge, type EdgeKind, END, type Place, UNKNOWN, WAIT, type WorkflowGraph } from "./workflow-graph.ts";
