import type { AppPorts, TickMessage } from "@stephooks/core";
import { startInstance, startInstanceLater, type WorkflowDefinition } from "@stephooks/engine";
import type { CronDefinition } from "./cron-definition.ts";
import type { CronList } from "./cron-list.ts";
import { cronWorkflow, runIdOf } from "./cron-workflow.ts";

/**
 * A tick is started up to a day after its time: EventBridge Scheduler gives up delivering after a day, unless told
 * otherwise, and what ran a day late would meet the next day's tick. Milliseconds.
 */
const LATEST = 86_400_000;

/** A schedule fires no tick before its time; clocks differ by less than this, milliseconds. */
const EARLIEST = 5 * 60_000;

const MINUTE = 60_000;

export interface TickContext {
  readonly crons: CronList;
  readonly definitions: ReadonlyMap<string, WorkflowDefinition>;
  readonly ports: AppPorts;
}

/**
 * Starts the runs that a message of a schedule is for; once it settles they cannot be lost. A message that is none of a
 * present job's, or far off its time, is dropped with a line in the log.
 *
 * @throws PortError: the message must come back.
 */
export async function startTicks({ job, scheduledAt }: TickMessage, context: TickContext): Promise<void> {
  const { crons, ports } = context;
  const now = ports.clock.now();
  const facts = { job, scheduledAt: new Date(scheduledAt).toISOString() };
  const definition = crons.named(job);
  if (definition === undefined) {
    // A schedule of an earlier deployment, or of one that is on its way.
    ports.logger.log("warn", "tick dropped: this deployment has no such job", facts);
  } else if (scheduledAt < now - LATEST || scheduledAt > now + EARLIEST) {
    ports.logger.log("error", "tick dropped: it is not of this day", facts);
  } else {
    await start(definition, scheduledAt, context);
  }
}

async function start(definition: CronDefinition, scheduledAt: number, context: TickContext): Promise<void> {
  const { definitions, ports } = context;
  const { cron, name } = definition;
  const workflow = definitions.get(cronWorkflow(name));
  if (workflow === undefined) throw new TypeError(`job ${name} has no workflow`);
  const request = (tick: number) => ({
    workflow,
    state: { job: name, expression: cron.expression, scheduledAt: new Date(tick).toISOString() },
    id: runIdOf(name, tick),
  });
  if (cron.fields.seconds === undefined) {
    // Schedules fire in whole minutes; two of one job may fire in the same.
    await startInstance(request(Math.floor(scheduledAt / MINUTE) * MINUTE), ports);
    return;
  }
  const { ticksOfMessage } = await import("@stephooks/cron/ticks");
  const now = ports.clock.now();
  await Promise.all(
    ticksOfMessage(cron, scheduledAt).map((tick) =>
      startInstanceLater(request(tick), Math.max(0, Math.ceil((tick - now) / 1_000)), ports),
    ),
  );
}
