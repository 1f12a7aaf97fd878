import { subscribe } from "node:diagnostics_channel";
import { awsRequestChannel, isAwsRequest } from "@stephooks/aws";

/** Requests of one process to the table and the queues since it started. */
export interface RequestCounts {
  /** DynamoDB units as the service reports them. */
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Requests by operation, such as `UpdateItem` or `SendMessageBatch`. */
  readonly operations: Readonly<Record<string, number>>;
}

export function countRequests(): { totals(): RequestCounts } {
  let writeUnits = 0;
  let readUnits = 0;
  const operations = new Map<string, number>();
  // The channel reaches every copy of our AWS package in this process, the one inside the app's bundle included.
  subscribe(awsRequestChannel, (message) => {
    if (!isAwsRequest(message)) return;
    writeUnits += message.writeUnits;
    readUnits += message.readUnits;
    operations.set(message.operation, (operations.get(message.operation) ?? 0) + 1);
  });
  return { totals: () => ({ writeUnits, readUnits, operations: Object.fromEntries(operations) }) };
}
