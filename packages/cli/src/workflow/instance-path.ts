import { readInstance } from "@stephooks/engine";
import { type Overlay, overlayOf, type WorkflowGraph } from "@stephooks/graph";
import { CliError } from "../cli-error.ts";
import type { Target } from "../connection/connect.ts";
import { withApp } from "../connection/open-app.ts";
import { everyEntry } from "./every-entry.ts";

/**
 * The graph of an instance's workflow, and the way the instance has gone on it.
 *
 * @throws CliError `bad-usage` when it is of none of these workflows; EngineError `unknown-instance`.
 */
export async function instancePath(
  id: string,
  graphs: readonly WorkflowGraph[],
  target: Target,
): Promise<{ readonly graph: WorkflowGraph; readonly overlay: Overlay }> {
  const { entries, head } = await withApp(target, async ({ ports }) => {
    const found = await readInstance(id, ports);
    return { head: found, entries: await everyEntry(id, ports) };
  });
  const graph = graphs.find(({ name }) => name === head.workflow);
  if (graph === undefined) {
    throw new CliError("bad-usage", `Instance ${id} is of workflow "${head.workflow}". Name that one, or none.`);
  }
  return { graph, overlay: overlayOf({ entries, status: head.status, step: head.step }, graph) };
}
