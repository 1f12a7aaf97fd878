import { type CronManifest, isRecord, type ListGroup, type Ports } from "@stephooks/core";
import { parseCron } from "@stephooks/cron";
import { nextTick } from "@stephooks/cron/ticks";
import { CliError } from "./cli-error.ts";
import { connect, type Target } from "./connection/connect.ts";
import { withAppCode } from "./connection/load-app.ts";
import { withApp } from "./connection/open-app.ts";
import { asTable, printResult } from "./print-result.ts";
import { readAppManifest } from "./read-app-manifest.ts";
import { readCount } from "./read-input.ts";
import { type InstanceSummary, instanceSummary } from "./workflow/instance-summary.ts";

export interface JobListOptions extends Target {
  readonly next: string;
}

/** `stephooks job list`: the schedules are those of the code that is here, the last runs those of the app meant. */
export async function listJobs(options: JobListOptions): Promise<void> {
  const count = readCount("--next", options.next, 1, 100);
  const { crons = [] } = await readAppManifest(options.app);
  const jobs = await withApp(options, ({ ports }) =>
    Promise.all(
      crons.map(async (cron) => {
        const lastRun = await lastRunOf(cron.name, ports);
        const { expression, name, timeZone } = cron;
        const next = nextTimes(cron, ports.clock.now(), count).map((time) => new Date(time).toISOString());
        return { name, expression, timeZone, next, ...(lastRun === undefined ? {} : { lastRun }) };
      }),
    ),
  );
  printResult(options, { jobs }, () => {
    if (jobs.length === 0) return "The app has no app.job.\n";
    const rows = jobs.flatMap(({ expression, lastRun, name, next, timeZone }) =>
      next.map((time, index) =>
        index === 0
          ? [
              name,
              expression,
              time,
              inZone(time, timeZone),
              lastRun ? `${lastRun.status} ${lastRun.createdAt}` : "never",
            ]
          : ["", "", time, inZone(time, timeZone), ""],
      ),
    );
    return asTable([["JOB", "EXPRESSION", "NEXT (UTC)", "IN ITS ZONE", "LAST RUN"], ...rows]);
  });
}

function nextTimes({ expression, timeZone }: CronManifest, now: number, count: number): readonly number[] {
  const cron = parseCron(expression, timeZone);
  const times: number[] = [];
  for (let time = nextTick(cron, now); time !== undefined; time = nextTick(cron, time)) {
    times.push(time);
    if (times.length === count) break;
  }
  return times;
}

function inZone(time: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "medium", timeStyle: "long" });
  return `${format.format(new Date(time))} (${timeZone})`;
}

const groups: readonly ListGroup[] = ["active", "completed", "failed", "cancelled"];

/** Runs of a job are instances of a workflow of its own. */
async function lastRunOf(name: string, ports: Ports): Promise<InstanceSummary | undefined> {
  const newest = await Promise.all(
    groups.map(async (group) => (await ports.index.list({ workflow: `_job:${name}`, group, limit: 1 })).ids),
  );
  const ids = newest.flat();
  const heads = ids.length === 0 ? [] : [...(await ports.instances.read(ids)).values()];
  const [last] = heads.toSorted((a, b) => b.createdAt - a.createdAt);
  return last === undefined ? undefined : instanceSummary(last, ports.clock.now());
}

/** `stephooks job run`: a run outside the schedule; answers when it has ended. */
export async function runJobNow(job: string, options: Target): Promise<void> {
  const connection = await connect(options);
  const run = await withAppCode(options.app, connection, async (control) => control["jobs/run"]?.({ cron: job }));
  if (!isRecord(run)) throw new CliError("bad-usage", "The app's version of stephooks cannot run jobs: update it.");
  printResult(options, run, () => `${String(run["id"])}  ${String(run["status"])}\n`);
}
