export type { DevControl } from "./dev-control.ts";
export { loadControl, loadHandler } from "./load-handler.ts";
export type { LogIds, LogLine } from "./log-line.ts";
export { LocalError, type LocalErrorCode } from "./local-error.ts";
export type { RequestCounts } from "./request-counts.ts";
export { type Ahead, type AppProgram, appPrograms, type ProcessName, type StackProcess } from "./stack-process.ts";
export { type Stack, type StackOptions, startStack } from "./start-stack.ts";
