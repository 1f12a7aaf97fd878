import type { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { createCloudFormationClient } from "./cloudformation-client.ts";
import { controlPlaneLimits, type ControlPlaneOptions } from "./control-plane.ts";

/** What `deploy`, `remove`, `diff` and `env` of the command call. */
export interface ControlPlaneClients {
  readonly cloudformation: CloudFormationClient;
  readonly s3: S3Client;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
  /** Closes the connections of all four. */
  destroy(): void;
}

/** Limit of one attempt of an upload, milliseconds: a bundle has megabytes. */
const UPLOAD_LIMIT = 300_000;

/** An endpoint counts for all four, and a bucket is then a part of the path. */
export function createControlPlaneClients(options: ControlPlaneOptions = {}): ControlPlaneClients {
  const cloudformation = createCloudFormationClient(options);
  const { maxAttempts, requestHandler } = controlPlaneLimits;
  const s3 = new S3Client({
    maxAttempts,
    requestHandler: { ...requestHandler, requestTimeout: UPLOAD_LIMIT },
    // A name such as bucket.localhost may lead nowhere.
    forcePathStyle: [options.endpoint, process.env["AWS_ENDPOINT_URL"], process.env["AWS_ENDPOINT_URL_S3"]].some(
      Boolean,
    ),
    ...options,
  });
  const ssm = new SSMClient({ ...controlPlaneLimits, ...options });
  const sts = new STSClient({ ...controlPlaneLimits, ...options });
  return {
    cloudformation,
    s3,
    ssm,
    sts,
    destroy: () => {
      for (const client of [cloudformation, s3, ssm, sts]) client.destroy();
    },
  };
}
