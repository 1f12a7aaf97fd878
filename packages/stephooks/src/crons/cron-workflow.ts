import { isCodedError } from "@stephooks/core";
import type { StepFunction, WorkflowOptions } from "@stephooks/engine";
import { currentRuntime } from "../host/current-runtime.ts";
import type { RouteHandler } from "../http/index.ts";
import { failureRecord, stackOf } from "../jobs/attempts.ts";
import { runJob } from "../jobs/run-job.ts";
import { StephooksError } from "../stephooks-error.ts";
import type { CronDefinition } from "./cron-definition.ts";
import { takeTurn } from "./cron-turn.ts";

/** Collection under which the runs of jobs, and what waits for `runAt`, appear. */
export const SYSTEM_COLLECTION = "_jobs";

/** How long an ended run can be looked at. */
export const SYSTEM_RETENTION = "30d";

/** In which a run that took too long is ended, milliseconds. */
const END_TIME = 1_000;

/** Name of the workflow whose instances are the runs of a job. */
export function cronWorkflow(job: string): string {
  return `_job:${job}`;
}

/** Id of the run of a tick: however often the tick is delivered, it is one instance. */
export function runIdOf(job: string, tick: number): string {
  return `job:${job}:${new Date(tick).toISOString().replace(".000Z", "Z")}`;
}

/** The workflow of one step that runs a job. */
export function cronWorkflowSource(definition: CronDefinition): {
  readonly name: string;
  readonly description: string;
  readonly steps: Readonly<Record<string, StepFunction>>;
  readonly options: WorkflowOptions;
} {
  const { cron, name, retry, timeout } = definition;
  return {
    name: cronWorkflow(name),
    description: `Runs of app.job("${cron.expression}")`,
    steps: { run: stepOf(definition) },
    options: {
      collectionName: SYSTEM_COLLECTION,
      retention: SYSTEM_RETENTION,
      timeout: timeout + END_TIME,
      ...(retry === undefined ? {} : { retry }),
    },
  };
}

function stepOf(definition: CronDefinition): StepFunction {
  const { name, overlap } = definition;
  return async (state, goto, _wait, { instanceId }) => {
    const { ports } = currentRuntime();
    if (overlap === "skip") {
      const turn = await takeTurn(name, instanceId, ports);
      if (!turn.mine) {
        ports.logger.log("info", "tick skipped: an earlier run has not ended", {
          job: name,
          run: instanceId,
          holder: turn.holder,
        });
        return goto(null, { outcome: "skipped", holder: turn.holder });
      }
    }
    await runFunctions(definition, instanceId, scheduledAtOf(state));
    return goto(null, { outcome: "ran" });
  };
}

function scheduledAtOf(state: object): string {
  return "scheduledAt" in state ? String(state.scheduledAt) : "";
}

/** @throws what the functions threw, StephooksError `job-timeout`. */
async function runFunctions(definition: CronDefinition, jobId: string, scheduledAt: string): Promise<void> {
  const { name, timeout } = definition;
  const { ports, render } = currentRuntime();
  const functions = definition.functions.map(
    (handler): RouteHandler =>
      (req, res, next) =>
        handler(req, Object.assign(res, { jobId }), next),
  );
  const outcome = await runJob({
    body: { _id: jobId, topic: name, payload: { scheduledAt }, jobId, _created: scheduledAt },
    functions,
    timeout,
    clock: ports.clock,
    render,
    afterwards: (event, error) =>
      ports.logger.log("error", event, { job: name, run: jobId, ...failureRecord(error), stack: stackOf(error) }),
  });
  if (outcome.ok) return;
  const { error } = outcome;
  if (!isCodedError(error) || error.code !== "job-timeout") throw error;
  throw new StephooksError(
    "job-timeout",
    `Job "${name}" had not ended within ${timeout} ms. Make it faster, or raise option timeout of its app.job.`,
    { job: name },
    { cause: error },
  );
}
