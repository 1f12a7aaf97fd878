export { createCloudFormationClient } from "./cloudformation-client.ts";
export type { ControlPlaneOptions } from "./control-plane.ts";
export { createLogsClient, type LogEvent, type LogQuery, readLogs } from "./read-logs.ts";
export { type DeployedResource, type DeployedStack, readStack } from "./read-stack.ts";
