import { CliError } from "../cli-error.ts";

/**
 * Refuses to change a stack that cannot be changed now. Statuses:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 *
 * @throws CliError `stack-busy`, `stack-stuck`.
 */
export function assertChangeable(stack: string, status: string): void {
  if (status.endsWith("_IN_PROGRESS")) {
    throw new CliError(
      "stack-busy",
      `${stack} is ${status}: somebody changes it right now. Wait for the end and try again.`,
    );
  }
  if (status === "UPDATE_ROLLBACK_FAILED") {
    throw new CliError(
      "stack-stuck",
      `${stack} is ${status}: a change failed, and so did going back. See its events in the CloudFormation console, mend what they name, and let it continue the rollback there.`,
    );
  }
  if (/^(?:ROLLBACK_COMPLETE|ROLLBACK_FAILED|CREATE_FAILED|DELETE_FAILED)$/.test(status)) {
    throw new CliError(
      "stack-stuck",
      `${stack} is ${status}: it was not made, or not removed, to the end. Remove it with stephooks remove (its data stay) and deploy again.`,
    );
  }
}
