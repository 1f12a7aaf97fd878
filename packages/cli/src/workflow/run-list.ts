import { withApp } from "../connection/open-app.ts";
import { asTable, printResult } from "../print-result.ts";
import { readCount } from "../read-input.ts";
import type { InstanceSummary } from "./instance-summary.ts";
import { type InstancePage, listPage } from "./list-page.ts";
import { readSelection, type SelectionOptions } from "./selection.ts";

export interface ListOptions extends SelectionOptions {
  readonly limit: string;
  readonly cursor?: string;
}

/** `stephooks workflow list`. */
export async function runList(workflow: string | undefined, options: ListOptions): Promise<void> {
  const limit = readCount("--limit", options.limit, 1, 10_000);
  const query = await readSelection(workflow, options);
  const { cursor } = options;
  const page = await withApp(options, ({ ports }) =>
    listPage(query, { limit, ...(cursor === undefined ? {} : { cursor }) }, ports),
  );
  printResult(options, page, () => asText(page));
}

function asText({ cursor, instances }: InstancePage): string {
  if (instances.length === 0) return "There are no such instances.\n";
  const table = asTable([["STATUS", "WORKFLOW", "STEP", "UPDATED", "ID", ""], ...instances.map(row)]);
  return cursor === undefined ? table : `${table}\nThere are more: --cursor ${cursor}\n`;
}

function row({ attempt, error, id, status, step, updatedAt, workflow }: InstanceSummary): readonly string[] {
  const tries = attempt > 1 ? ` (attempt ${attempt})` : "";
  return [status, workflow, `${step}${tries}`, updatedAt, id, error?.message.split("\n")[0]?.slice(0, 80) ?? ""];
}
