import { existsSync } from "node:fs";
import { type Drawing, dot, drawingOf, graphJson, mermaid, svg, type WorkflowGraph } from "@stephooks/graph";
import { CliError } from "./cli-error.ts";
import type { Target } from "./connection/connect.ts";
import { findEntry } from "./find-entry.ts";
import { readSources } from "./read-sources.ts";

export interface GraphOptions extends Target {
  readonly format: "mermaid" | "svg" | "dot" | "json";
  /** Of the instance whose way is drawn into the graph. */
  readonly instance?: string;
}

const printers: Readonly<Record<Exclude<GraphOptions["format"], "json">, (drawing: Drawing) => string>> = {
  mermaid,
  svg,
  dot,
};

/** `stephooks graph`: nothing of the app is run; with an instance its history is read from the running app. */
export async function runGraph(given: string | undefined, options: GraphOptions): Promise<void> {
  // `stephooks graph apps/orders` says where the app is, as every other command does.
  const isPath = given !== undefined && existsSync(given);
  const entry = findEntry(isPath ? given : options.app);
  const { workflows } = readSources(entry);
  const chosen = isPath || given === undefined ? workflows : workflows.filter(({ name }) => name === given);
  if (given !== undefined && !isPath && chosen.length === 0) throw unknownWorkflow(given, workflows);
  if (options.instance !== undefined) {
    const { graph, overlay } = await (
      await import("./workflow/instance-path.ts")
    ).instancePath(options.instance, chosen, options);
    process.stdout.write(printerOf(options)(drawingOf(graph, overlay)));
    return;
  }
  process.stdout.write(print(chosen, options));
}

/** @throws CliError `bad-usage` for JSON, which has no ways. */
function printerOf({ format }: GraphOptions): (drawing: Drawing) => string {
  if (format !== "json") return printers[format];
  throw new CliError(
    "bad-usage",
    "A way is drawn: take --format mermaid, svg or dot, or stephooks workflow show --json.",
  );
}

function print(graphs: readonly WorkflowGraph[], { format }: GraphOptions): string {
  if (format === "json") return graphJson(graphs);
  const [first, ...others] = graphs;
  if (first === undefined) {
    process.stderr.write("The app creates no workflow that its source shows.\n");
    return "";
  }
  if (format === "svg" && others.length > 0) {
    const names = graphs.map(({ name }) => name).join(", ");
    throw new CliError("bad-usage", `One picture shows one workflow: name it. The app has: ${names}.`);
  }
  return graphs.map((graph) => printers[format](drawingOf(graph))).join("\n");
}

function unknownWorkflow(name: string, workflows: readonly WorkflowGraph[]): CliError {
  const names = workflows.map((workflow) => workflow.name).join(", ") || "none";
  return new CliError("bad-usage", `There is no workflow "${name}". The app has: ${names}.`);
}
