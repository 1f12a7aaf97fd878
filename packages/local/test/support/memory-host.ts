import { memoryAppPorts } from "@stephooks/contracts";
import type { Logger } from "@stephooks/core";
import type { LambdaHandler } from "stephooks";
import { createHost, type Host, type HostSettings } from "stephooks/host";

export interface MemoryHostOptions {
  /** Open by default. */
  readonly access?: HostSettings["http"]["access"];
  readonly logger?: Logger;
}

/** The app behind `handler` on memory ports. */
export function memoryHost(
  handler: LambdaHandler,
  { access = { mode: "open" }, logger }: MemoryHostOptions = {},
): Host {
  return createHost(handler, memoryAppPorts(logger), {
    engine: { functionTimeout: 60, visibilityTimeout: 90 },
    http: { access, space: "dev" },
    deadLetterArn: "arn:aws:sqs:us-east-1:000000000000:steps-dead",
  });
}
