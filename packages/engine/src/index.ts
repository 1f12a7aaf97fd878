export { cancelInstance } from "./cancel-instance.ts";
export { definitionOf, type Definitions } from "./definitions.ts";
export { EngineError, type EngineErrorCode } from "./engine-error.ts";
export type { EngineSettings } from "./engine-settings.ts";
export { inspectInstance, type InstanceInspection } from "./inspect-instance.ts";
export { type InstanceDocument, instanceDocument, type InstanceFields } from "./instance-document.ts";
export { type HistoryPage, historyOf, type HistoryQuery, readHistory } from "./read-history.ts";
export { mintProgressToken, type ProgressTokenOptions, watchedInstance } from "./progress-token.ts";
export { readInstance } from "./read-instance.ts";
export { pauseInstance } from "./pause-instance.ts";
export { type RetryFrom, retryInstance, resumeInstance } from "./recover-instance.ts";
export { startInstance, startInstanceLater, type StartRequest, type StartResult } from "./start-instance.ts";
export type { Goto, GotoOptions, StepContext, StepFunction, Wait, WaitOptions } from "./step-function.ts";
export type { ReportPlace, StepReporter, StepReporting } from "./step-reporter.ts";
export type { TransitionEvent, TransitionListener } from "./transition-event.ts";
export {
  continueInstance,
  readByToken,
  replaceState,
  resumeByToken,
  updateInstance,
  type UpdateResult,
} from "./update-instance.ts";
export type { WaitTokenOptions } from "./wait-token.ts";
export { defineWorkflow, type StepDefinition, type WorkflowDefinition } from "./workflow-definition.ts";
export type { HistoryKept, StepOptions, WorkflowOptions } from "./workflow-options.ts";
