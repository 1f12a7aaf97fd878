import type { AppPorts } from "@stephooks/core";
import { dataPorts } from "./data-ports.ts";
import { workPorts, type WorkPortsOptions } from "./work-ports.ts";

/** Everything an app needs, on DynamoDB and SQS, with the machine's clock and randomness. */
export function awsPorts(options: WorkPortsOptions): AppPorts {
  return { ...workPorts(options), ...dataPorts(options.clients.dynamodb, options.table) };
}
