import { CliError } from "./cli-error.ts";

/** Which app is meant, and whether it may be changed if it is the one that matters. */
interface Guarded {
  readonly dryRun?: true;
  readonly stage?: string;
  readonly stack?: string;
  readonly write?: true;
}

/**
 * Keeps a verb that changes things from a deployed app in production, unless it was asked to write: the stage is called
 * `prod` or `production`, or the stack's name ends with one of them.
 *
 * @throws CliError `needs-write`.
 */
export function assertMayChange({ dryRun, stack, stage, write }: Guarded): void {
  const isProduction = /^prod(?:uction)?$/i.test(stage ?? "") || /(?:^|-)prod(?:uction)?$/i.test(stack ?? "");
  if (!isProduction || write || dryRun) return;
  throw new CliError("needs-write", `${stack ?? stage} is production, and this changes things there: add --write.`);
}
