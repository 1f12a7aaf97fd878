import { hasEnded, type InstanceHead, orderedIds } from "@stephooks/core";
import { inspectInstance, type InstanceInspection, startInstance } from "@stephooks/engine";
import type { Runtime } from "../runtime.ts";
import { StephooksError } from "../stephooks-error.ts";
import type { CronDefinition } from "./cron-definition.ts";
import { cronWorkflow } from "./cron-workflow.ts";

/** How often the run is looked at, and how long pauses between attempts are waited for, milliseconds. */
const LOOK_EVERY = 100;
const PAUSES = 60_000;

/**
 * Runs a job now, outside its schedule, and answers when the run has ended.
 *
 * @throws StephooksError `not-found` when no job has the name or expression, `job-failed` when the run failed or did not
 *   end in the time its attempts may take.
 */
export async function runNow(cron: string, runtime: Runtime): Promise<InstanceInspection> {
  const { crons, definitions, ports } = runtime;
  const job = crons.find(cron);
  const workflow = job && definitions.get(cronWorkflow(job.name));
  if (job === undefined || workflow === undefined) throw noJob(cron, runtime);
  const now = new Date(ports.clock.now()).toISOString();
  const id = `job:${job.name}:now-${orderedIds(ports.clock, ports.random)()}`;
  const state = { job: job.name, expression: job.cron.expression, scheduledAt: now };
  await startInstance({ workflow, state, id }, ports);
  const head = await ended(id, job, runtime);
  if (head.status === "completed") return inspectInstance(head, definitions, ports.clock.now());
  throw new StephooksError("job-failed", `Job "${job.name}" ${head.status}: ${head.error?.message ?? "no reason"}`, {
    instance: id,
  });
}

async function ended(
  id: string,
  { attempts, name, timeout }: CronDefinition,
  { ports }: Runtime,
): Promise<InstanceHead> {
  const until = ports.clock.now() + attempts * timeout + PAUSES;
  for (;;) {
    const head = (await ports.instances.read([id])).get(id);
    if (head && hasEnded(head.status)) return head;
    if (ports.clock.now() >= until) break;
    await new Promise<void>((resolve) => void ports.clock.timer(LOOK_EVERY, resolve));
  }
  throw new StephooksError("job-failed", `Job "${name}" has not ended. Look at instance ${id}.`, { instance: id });
}

function noJob(cron: string, { crons }: Runtime): StephooksError {
  const known = crons.manifest().map(({ expression, name }) => `"${expression}" (${name})`);
  return new StephooksError(
    "not-found",
    `No app.job has the name or expression "${cron.slice(0, 100)}". There are: ${known.join(", ") || "none"}.`,
  );
}
