import { type Command, Option } from "commander";
import type { GraphOptions } from "../run-graph.ts";
import { examples } from "./examples.ts";
import { withTarget } from "./stack-options.ts";

export function addGraphCommand(program: Command): void {
  withTarget(program.command("graph"))
    .description("draw the workflows as their source has them")
    .argument("[workflow]", "name of one workflow, or an entry file or folder; all workflows unless given")
    .addOption(
      new Option("--format <format>", "what to print").choices(["mermaid", "svg", "dot", "json"]).default("mermaid"),
    )
    .option("--instance <id>", "draw the way of this instance of the running app into the graph")
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
