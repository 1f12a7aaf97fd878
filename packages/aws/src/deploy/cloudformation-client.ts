import { CloudFormationClient } from "@aws-sdk/client-cloudformation";

/** What every client for a control plane takes. */
export interface ControlPlaneOptions {
  /** Default: what the SDK finds (environment, profile). */
  readonly region?: string;
  /** Default: what the SDK finds (environment, profile, role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Default: what the SDK finds in the environment (`AWS_ENDPOINT_URL_CLOUDFORMATION` and the like), else AWS. */
  readonly endpoint?: string;
}

/**
 * Limits of one attempt, milliseconds, and tries of one call. Nobody waits for these calls but a person, and
 * CloudFormation throttles an account's DescribeStacks early, so there are more tries than a step's calls have.
 */
export const controlPlaneLimits = Object.freeze({
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
});

/** `destroy()` closes its connections. */
export function createCloudFormationClient(options: ControlPlaneOptions = {}): CloudFormationClient {
  return new CloudFormationClient({ ...controlPlaneLimits, ...options });
}
