import type { Command } from "commander";
import type { Target } from "../connection/connect.ts";
import type { PeekOptions, PurgeOptions, RedriveOptions } from "../queue/run-queue.ts";
import { examples } from "./examples.ts";
import { withTarget, withWrites } from "./stack-options.ts";

const NAME = "steps (of workflows) or jobs (of workers)";

export function addQueueCommands(program: Command): void {
  const queue = program
    .command("queue")
    .description("look into the app's queues and their dead letters, and act on them")
    .addHelpText("after", examples("stephooks queue list", "stephooks queue redrive jobs --stage prod --write"));

  withTarget(queue.command("list"))
    .description("tell how many messages wait, are in flight, are delayed and are dead letters (approximately)")
    .addHelpText("after", examples("stephooks queue list", "stephooks queue list --stage prod --json"))
    .action(async (options: Target) => (await import("../queue/run-queue.ts")).listQueues(options));

  withTarget(queue.command("peek"))
    .description(
      "show messages without consuming them; consumers do not get them for a moment, and it counts as a receive",
    )
    .argument("<queue>", NAME)
    .option("--dead", "the dead letters of the queue")
    .option("--limit <number>", "at most so many", "10")
    .addHelpText("after", examples("stephooks queue peek jobs --dead", "stephooks queue peek steps --limit 3 --json"))
    .action(async (name: string, options: PeekOptions) =>
      (await import("../queue/run-queue.ts")).peekQueue(name, options),
    );

  withWrites(queue.command("redrive"))
    .description("put dead letters back into their queue")
    .argument("<queue>", NAME)
    .argument("[ids...]", "these messages (default: all)")
    .option("--yes", "do not ask, whatever the count")
    .option("--dry-run", "only tell the count")
    .addHelpText(
      "after",
      examples("stephooks queue redrive jobs --dry-run", "stephooks queue redrive jobs --stage prod --write --yes"),
    )
    .action(async (name: string, ids: readonly string[], options: RedriveOptions) =>
      (await import("../queue/run-queue.ts")).redriveQueue(name, ids, options),
    );

  withWrites(queue.command("purge"))
    .description("delete every message of a queue, those in flight included")
    .argument("<queue>", NAME)
    .option("--dead", "the dead letters of the queue instead")
    .option("--yes", "do not ask, whatever the count")
    .option("--dry-run", "only tell the count")
    .addHelpText(
      "after",
      examples("stephooks queue purge jobs --dead --yes", "stephooks queue purge steps --dry-run --json"),
    )
    .action(async (name: string, options: PurgeOptions) =>
      (await import("../queue/run-queue.ts")).purgeQueue(name, options),
    );
}
