export { type ControlPlaneOptions, createCloudFormationClient } from "./cloudformation-client.ts";
export { type DeployedResource, type DeployedStack, readStack } from "./read-stack.ts";
