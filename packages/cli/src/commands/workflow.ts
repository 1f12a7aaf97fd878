import type { Command } from "commander";
import type { Target } from "../connection/connect.ts";
import type { ActionName, ActionOptions } from "../workflow/run-action.ts";
import type { ListOptions } from "../workflow/run-list.ts";
import type { StartOptions } from "../workflow/run-start.ts";
import { examples } from "./examples.ts";
import { collect, withTarget, withWrites } from "./stack-options.ts";

const STATUS =
  "only of this status: running, waiting, paused, blocked, completed, failed or cancelled; may be repeated";
const WHERE = `only where the instance's document matches this query, as '{"total":{"$gt":5}}', @file or -`;

export function addWorkflowCommands(program: Command): void {
  const workflow = program
    .command("workflow")
    .description("start workflows, look at their instances and act on them")
    .addHelpText("after", examples("stephooks workflow list --status failed", "stephooks workflow show 01JQ8ZK3M6"));
  addStart(workflow);
  addList(workflow);
  addShow(workflow);
  addAction(workflow, "retry", "run failed instances again, from the step they failed in or another one");
  addAction(workflow, "cancel", "cancel instances: no further step begins");
  addAction(workflow, "resume", "let paused or blocked instances go on");
  addTail(workflow);
}

function addStart(workflow: Command): void {
  withWrites(workflow.command("start"))
    .description("start an instance, with the app's code that is here: for a stage it should be what was deployed")
    .argument("<workflow>", "name of the workflow")
    .option("--input <json>", "its state at the start: JSON, @file or -")
    .option("--id <id>", "id of the instance; started twice with one id it starts once")
    .option("--wait", "wait for its end; exit code 1 unless it completes")
    .option("--timeout <seconds>", "how long to wait", "300")
    .addHelpText(
      "after",
      examples(
        `stephooks workflow start order --input '{"total":7}'`,
        "stephooks workflow start order --input @order.json --id order-7 --wait --json",
      ),
    )
    .action(async (name: string, options: StartOptions) =>
      (await import("../workflow/run-start.ts")).runStart(name, options),
    );
}

function addTail(workflow: Command): void {
  withTarget(workflow.command("tail"))
    .description("print each transition and what it changed in the state, until the instance has ended")
    .argument("<id>", "the instance")
    .addHelpText(
      "after",
      examples("stephooks workflow tail 01JQ8ZK3M6", "stephooks workflow tail order-7 --stage prod --json"),
    )
    .action(async (id: string, options: Target) => (await import("../workflow/run-tail.ts")).runTail(id, options));
}

function addList(workflow: Command): void {
  withTarget(workflow.command("list"))
    .description("list instances, what goes on before what has ended, the newest first")
    .argument("[workflow]", "of this workflow (default: of all that the app registers)")
    .option("--status <status>", STATUS, collect)
    .option("--where <query>", WHERE)
    .option("--limit <number>", "at most so many", "50")
    .option("--cursor <text>", "go on where the list before ended")
    .addHelpText(
      "after",
      examples("stephooks workflow list order", `stephooks workflow list order --where '{"total":{"$gt":5}}' --json`),
    )
    .action(async (name: string | undefined, options: ListOptions) =>
      (await import("../workflow/run-list.ts")).runList(name, options),
    );
}

function addShow(workflow: Command): void {
  withTarget(workflow.command("show"))
    .description("draw the timeline of an instance and what changed in its state, its error and its state as it is now")
    .argument("<id>", "the instance")
    .addHelpText(
      "after",
      examples("stephooks workflow show 01JQ8ZK3M6", "stephooks workflow show order-7 --stage prod"),
    )
    .action(async (id: string, options: Target) => (await import("../workflow/run-show.ts")).runShow(id, options));
}

function addAction(workflow: Command, action: ActionName, description: string): void {
  const command = withWrites(workflow.command(action))
    .description(description)
    .argument("[ids...]", "the instances")
    .option("--all <workflow>", "every instance of this workflow that matches, instead of ids")
    .option("--status <status>", STATUS, collect)
    .option("--where <query>", WHERE)
    .option("--yes", "do not ask, whatever the count")
    .option("--dry-run", "only tell the count");
  if (action === "retry") {
    command
      .option("--from <step>", "go on from this step, instead of the one that failed")
      .option("--state <json>", "merge these keys into the state first: JSON, @file or -");
  }
  command
    .addHelpText(
      "after",
      examples(
        `stephooks workflow ${action} 01JQ8ZK3M6`,
        `stephooks workflow ${action} --all order --where '{"region":"eu"}' --stage prod --write --yes`,
      ),
    )
    .action(async (ids: readonly string[], options: ActionOptions) =>
      (await import("../workflow/run-action.ts")).runAction(action, ids, options),
    );
}
