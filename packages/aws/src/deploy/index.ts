export { type CallerIdentity, callerIdentity } from "./caller-identity.ts";
export { createCloudFormationClient } from "./cloudformation-client.ts";
export type { ControlPlaneOptions } from "./control-plane.ts";
export { type ControlPlaneClients, createControlPlaneClients } from "./control-plane-clients.ts";
export { deleteBucket, deleteTable } from "./delete-data.ts";
export { deployedTemplate } from "./deployed-template.ts";
export { deleteStack, type Follow, makeChange, type ResourceEvent, type StackOutcome } from "./follow-stack.ts";
export { openChanges } from "./open-changes.ts";
export type { Pace } from "./pace.ts";
export {
  type ChangePlan,
  dropChange,
  type ParameterValue,
  planChange,
  type PlannedChange,
  readChange,
  type ResourceChange,
  type StackChange,
} from "./plan-change.ts";
export { type DeployedResource, type DeployedStack, readStack } from "./read-stack.ts";
export { type StageVariable, type StageVariables, stageVariables } from "./stage-variables.ts";
export { uploadFile, type UploadedFile } from "./upload-file.ts";
export { createLogsClient, type LogEvent, type LogQuery, readLogs } from "./operations/read-logs.ts";
export { type PeekedMessage, type QueueDepth, type QueueTools, sqsQueueTools } from "./operations/sqs-queue-tools.ts";
