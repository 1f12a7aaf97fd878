import type { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { portErrorFrom } from "./sdk-failure.ts";

/**
 * Sends a call that must not be repeated when its answer was lost, as the SDK would. Only what was surely not applied is
 * sent again.
 *
 * @throws PortError; what the service itself refused is thrown as it came.
 */
export async function sentOnce(client: DynamoDBClient, command: UpdateItemCommand) {
  command.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const failure = portErrorFrom(error, "UpdateItem");
        // The SDK does not know this class, so it does not try again.
        throw failure.mayHaveApplied ? failure : error;
      }
    },
    // Within the SDK's own repeating, which has a higher priority.
    { step: "finalizeRequest", name: "stephooksSentOnce", priority: "low" },
  );
  return client.send(command);
}
