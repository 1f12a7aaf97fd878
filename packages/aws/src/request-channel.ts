import { channel } from "node:diagnostics_channel";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { isRecord } from "@stephooks/core";

/**
 * Name of the Node diagnostics channel on which every request to DynamoDB and SQS is published as an
 * {@link AwsRequest}. Costs nothing without a subscriber, and reaches every copy of this package in a process.
 */
export const awsRequestChannel = "stephooks:aws-request";

/** One answered request. */
export interface AwsRequest {
  /** Such as `UpdateItem`. */
  readonly operation: string;
  /** Capacity units as DynamoDB reports them; 0 for SQS. */
  readonly writeUnits: number;
  readonly readUnits: number;
}

/** True for what this package publishes. */
export function isAwsRequest(message: unknown): message is AwsRequest {
  return isRecord(message) && typeof message["operation"] === "string" && typeof message["writeUnits"] === "number";
}

/** Makes the clients publish their requests while somebody listens. */
export function publishRequests(dynamodb: DynamoDBClient, sqs: SQSClient): void {
  const requests = channel(awsRequestChannel);
  dynamodb.middlewareStack.add(
    (next, context) => async (args) => {
      if (!requests.hasSubscribers) return next(args);
      Object.assign(args.input, { ReturnConsumedCapacity: "TOTAL" });
      const answered = await next(args);
      const operation = operationOf(context.commandName);
      const units = consumedUnits(answered.output);
      const isWrite = operation === "PutItem" || operation === "UpdateItem" || operation === "DeleteItem";
      requests.publish({
        operation,
        writeUnits: isWrite ? units : 0,
        readUnits: isWrite ? 0 : units,
      } satisfies AwsRequest);
      return answered;
    },
    { step: "initialize", name: "stephooksRequests" },
  );
  sqs.middlewareStack.add(
    (next, context) => async (args) => {
      if (!requests.hasSubscribers) return next(args);
      const answered = await next(args);
      const operation = operationOf(context.commandName);
      requests.publish({ operation, writeUnits: 0, readUnits: 0 } satisfies AwsRequest);
      return answered;
    },
    { step: "initialize", name: "stephooksRequests" },
  );
}

function operationOf(commandName: string | undefined): string {
  return (commandName ?? "").replace(/Command$/, "");
}

/** One item's answer carries one figure, a batch a list of them. */
function consumedUnits(output: object): number {
  const consumed: unknown = Reflect.get(output, "ConsumedCapacity");
  const list: readonly unknown[] = Array.isArray(consumed) ? consumed : [consumed];
  return list.reduce<number>((sum, entry) => {
    const units: unknown = isRecord(entry) ? entry["CapacityUnits"] : undefined;
    return sum + (typeof units === "number" ? units : 0);
  }, 0);
}
