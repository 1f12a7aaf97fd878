import type { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { PortError } from "@stephooks/core";
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
        throw failure.mayHaveApplied ? new Unrepeated(failure) : error;
      }
    },
    // Within the SDK's own repeating, which has a higher priority.
    { step: "finalizeRequest", name: "stephooksSentOnce", priority: "low" },
  );
  try {
    return await client.send(command);
  } catch (error) {
    throw error instanceof Unrepeated ? error.failure : error;
  }
}

/** The SDK knows neither this class nor a cause in it that it would try again for. */
class Unrepeated extends Error {
  readonly failure: PortError;

  constructor(failure: PortError) {
    super("not sent again");
    this.failure = failure;
  }
}
