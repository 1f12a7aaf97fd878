import type { Command } from "commander";
import type { Target } from "../connection/connect.ts";
import type { JobListOptions } from "../run-jobs.ts";
import { examples } from "./examples.ts";
import { withTarget, withWrites } from "./stack-options.ts";

export function addJobCommands(program: Command): void {
  const job = program
    .command("job")
    .description("list the app's scheduled jobs, and run one now")
    .addHelpText("after", examples("stephooks job list", "stephooks job run nightly-report"));

  withTarget(job.command("list"))
    .description("tell when each app.job of the code that is here runs next, and how its last run ended")
    .option("--next <number>", "so many times each", "3")
    .addHelpText("after", examples("stephooks job list", "stephooks job list --next 5 --stage prod --json"))
    .action(async (options: JobListOptions) => (await import("../run-jobs.ts")).listJobs(options));

  withWrites(job.command("run"))
    .description("run a job now, outside its schedule, and wait for its end; exit code 1 when it fails")
    .argument("<job>", "its name, or its cron expression")
    .addHelpText(
      "after",
      examples("stephooks job run nightly-report", `stephooks job run "0 9 * * *" --stage prod --write --json`),
    )
    .action(async (name: string, options: Target) => (await import("../run-jobs.ts")).runJobNow(name, options));
}
