import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { controlPlaneLimits, type ControlPlaneOptions } from "./control-plane.ts";

/** `destroy()` closes its connections. */
export function createCloudFormationClient(options: ControlPlaneOptions = {}): CloudFormationClient {
  return new CloudFormationClient({ ...controlPlaneLimits, ...options });
}
