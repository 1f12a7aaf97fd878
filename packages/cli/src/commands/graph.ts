import { type Command, Option } from "commander";
import type { GraphOptions } from "../run-graph.ts";
import { examples } from "./examples.ts";

export function addGraphCommand(program: Command): void {
  program
    .command("graph")
    .description("draw the workflows as their source has them")
    .argument("[workflow]", "name of one workflow, or an entry file or folder; all workflows unless given")
    .option("--app <path>", "entry file or folder", ".")
    .addOption(
      new Option("--format <format>", "what to print").choices(["mermaid", "svg", "dot", "json"]).default("mermaid"),
    )
    .option("--json", "the same as --format json")
    .option("--instance <id>", "draw the way of this instance into the graph")
    .option(
      "--stage <name>",
      "where the instance is: the app deployed as this stage (default: the one stephooks dev runs)",
    )
    .option("--stack <name>", "where the instance is: the app deployed as this CloudFormation stack")
    .option("--region <name>", "AWS region of the stack")
    .addHelpText(
      "after",
      examples(
        "stephooks graph",
        "stephooks graph orders --format svg > orders.svg",
        "stephooks graph --instance 01JQ8ZK3M6 --format svg > order.svg",
      ),
    )
    .action(async (workflow: string | undefined, options: GraphOptions) =>
      (await import("../run-graph.ts")).runGraph(workflow, options.json ? { ...options, format: "json" } : options),
    );
}
