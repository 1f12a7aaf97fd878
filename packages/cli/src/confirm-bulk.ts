import { confirmed } from "./ask.ts";
import { printText } from "./printable.ts";

export interface BulkOptions {
  readonly yes?: true;
  readonly dryRun?: true;
}

/**
 * Says what an action is about to touch, and asks. False: nothing is to be done, as it was a dry run, or there is
 * nothing to do. The sentence goes to standard error: standard output is for the result.
 *
 * @throws CliError `not-confirmed` when the answer is not yes; `bad-usage` without `--yes` where nobody can be asked.
 */
export async function confirmBulk(sentence: string, count: number, { dryRun, yes }: BulkOptions): Promise<boolean> {
  printText(`${sentence}\n`, process.stderr);
  if (dryRun || count === 0) return false;
  if (yes) return true;
  await confirmed("Go on?");
  return true;
}
