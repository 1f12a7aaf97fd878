import type { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { PortError } from "@stephooks/core";
import { portErrorFrom } from "./sdk-failure.ts";

/** A call that changes one item. */
type WriteCommand = PutItemCommand | UpdateItemCommand | DeleteItemCommand;

/** What has become of the tries of one call. */
export interface LostAnswers {
  /** The answer to one of them was lost, so that the SDK repeated what may have been applied. */
  readonly lost: boolean;
  /** The call's failure as ports reject with it: the last try may surely not have been applied, but an earlier one. */
  failure(error: unknown): PortError;
}

/** Watches the tries of a call. That one was repeated says less: so is a throttled one, which was surely not applied. */
export function watchLostAnswers(command: WriteCommand, operation: string): LostAnswers {
  let lost = false;
  onFailedTry(command, (error) => {
    lost ||= portErrorFrom(error, operation).mayHaveApplied;
    return error;
  });
  return {
    get lost() {
      return lost;
    },
    failure: (error) => {
      const failure = portErrorFrom(error, operation);
      if (!lost || failure.mayHaveApplied) return failure;
      const { details, message } = failure;
      return new PortError("unavailable", `An answer was lost, and then: ${message}`, details, { cause: error });
    },
  };
}

/**
 * Sends a call that must not be repeated when its answer was lost, as the SDK would. Only what was surely not applied is
 * sent again.
 *
 * @throws PortError; what the service itself refused is thrown as it came.
 */
export async function sentOnce<Answer>(
  command: WriteCommand,
  operation: string,
  send: () => Promise<Answer>,
): Promise<Answer> {
  onFailedTry(command, (error) => {
    const failure = portErrorFrom(error, operation);
    return failure.mayHaveApplied ? new Unrepeated(failure) : error;
  });
  try {
    return await send();
  } catch (error) {
    throw error instanceof Unrepeated ? error.failure : error;
  }
}

/** Every failed try throws what `change` makes of its failure. */
function onFailedTry(command: WriteCommand, change: (error: unknown) => unknown): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- they differ in input and output, at which nothing here looks
  const { middlewareStack } = command as UpdateItemCommand;
  middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        throw change(error);
      }
    },
    // Within the SDK's own repeating, which has a higher priority.
    { step: "finalizeRequest", name: "stephooksLostAnswers", priority: "low" },
  );
}

/** The SDK knows neither this class nor a cause in it that it would try again for. */
class Unrepeated extends Error {
  readonly failure: PortError;

  constructor(failure: PortError) {
    super("not sent again");
    this.failure = failure;
  }
}
