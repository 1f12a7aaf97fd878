import { environmentNames } from "@stephooks/aws/resources";
import { CliError } from "../cli-error.ts";
import type { Connection } from "../connection/connect.ts";

/** A queue of the app and where it gives up. */
export interface AppQueue {
  /** `steps` of workflows, or `jobs` of workers. */
  readonly name: "steps" | "jobs";
  readonly url: string;
  readonly deadLetterUrl: string;
}

/** The queues an app has. */
export function appQueues({ environment }: Connection): readonly AppQueue[] {
  const steps = environment[environmentNames.stepQueueUrl] ?? "";
  const deadSteps = (environment[environmentNames.stepDeadLetterArn] ?? "").split(":").at(-1) ?? "";
  const jobs = environment[environmentNames.jobQueueUrl];
  const deadJobs = environment[environmentNames.jobDeadLetterUrl];
  return [
    // Of one account and region, so only the last part of the URL differs.
    { name: "steps", url: steps, deadLetterUrl: steps.replace(/[^/]+$/, () => deadSteps) },
    ...(jobs && deadJobs ? [{ name: "jobs" as const, url: jobs, deadLetterUrl: deadJobs }] : []),
  ];
}

/** @throws CliError `bad-usage`, `no-job-queue`. */
export function queueNamed(name: string, connection: Connection): AppQueue {
  const found = appQueues(connection).find((queue) => queue.name === name);
  if (found) return found;
  if (name !== "jobs") throw new CliError("bad-usage", `There is no queue ${name}: there are steps and jobs.`);
  throw new CliError(
    "no-job-queue",
    `${connection.name} has no queue for jobs: it gets one with its first app.worker.`,
  );
}
