import type { AppManifest, CronManifest } from "@stephooks/core";
import { CronError, parseCron } from "@stephooks/cron";
import { SamError } from "./sam-error.ts";

/** What SQS takes as an ARN. Also keeps out of the template whatever CloudFormation would resolve. */
const QUEUE_ARN = /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}(?:\.fifo)?$/;

/**
 * A manifest may come from a bundle that was built with another version of the framework.
 *
 * @throws SamError `bad-manifest`.
 */
export function checkManifest(manifest: AppManifest): void {
  const version: number = manifest.version;
  if (version !== 1) throw refused(`The app's manifest has version ${version}, this renderer knows 1. Update both.`);
  const { crons = [], workers = [], workflows } = manifest;
  for (const { longestStepTimeout, name } of workflows)
    assertTimeout("A workflow's longest step", name, longestStepTimeout);
  for (const { timeout, topic } of workers) assertTimeout("A worker's", topic, timeout);
  for (const { name, timeout } of crons) assertTimeout("A scheduled job's", name, timeout);
  const sources = workers.flatMap(({ sourceArn }) => (sourceArn === undefined ? [] : [sourceArn]));
  for (const arn of sources) {
    if (!QUEUE_ARN.test(arn)) throw refused("A worker's source must be the ARN of an SQS queue.", { source: arn });
  }
  assertDistinct("Two workers read the same queue: Lambda maps a queue to a function once.", sources);
  for (const cron of crons) assertCron(cron);
  assertDistinct(
    "Two scheduled jobs have the same name.",
    crons.map(({ name }) => name),
  );
}

function assertCron({ expression, name, timeZone }: CronManifest): void {
  try {
    parseCron(expression, timeZone);
  } catch (cause) {
    if (!(cause instanceof CronError)) throw cause;
    throw new SamError("bad-manifest", cause.message, { job: name }, { cause });
  }
}

function assertTimeout(whose: string, name: string, timeout: number): void {
  if (timeout > 0 && Number.isFinite(timeout)) return;
  throw refused(`${whose} timeout must be a positive number of milliseconds.`, { name, timeout });
}

function assertDistinct(complaint: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw refused(`${complaint} Keep one.`, { name: twice });
}

function refused(message: string, facts: Readonly<Record<string, string | number>> = {}): SamError {
  return new SamError("bad-manifest", message, facts);
}
