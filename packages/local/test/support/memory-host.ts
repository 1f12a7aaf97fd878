import { memoryAppPorts } from "@stephooks/contracts";
import type { BlobStore, Logger } from "@stephooks/core";
import type { LambdaHandler } from "stephooks";
import { createHost, type Host, type HostSettings } from "stephooks/host";

export interface MemoryHostOptions {
  /** Open by default. */
  readonly access?: HostSettings["http"]["access"];
  readonly logger?: Logger;
  /** Folder with what was deployed beside the code. */
  readonly sourceFolder?: string;
  readonly blobs?: BlobStore;
}

/** The app behind `handler` on memory ports. */
export function memoryHost(
  handler: LambdaHandler,
  { access = { mode: "open" }, blobs, logger, sourceFolder }: MemoryHostOptions = {},
): Host {
  const ports = { ...memoryAppPorts(logger), blobs };
  return createHost(handler, ports, {
    engine: { functionTimeout: 60, visibilityTimeout: 90 },
    http: { access, space: "dev" },
    deadLetterArn: "arn:aws:sqs:us-east-1:000000000000:steps-dead",
    ...(sourceFolder === undefined ? {} : { sourceFolder }),
  });
}
