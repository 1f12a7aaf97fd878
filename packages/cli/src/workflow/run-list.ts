import { withApp } from "../connection/open-app.ts";
import { asTable, printResult } from "../print-result.ts";
import { readAppManifest } from "../read-app-manifest.ts";
import { readCount } from "../read-input.ts";
import type { InstanceSummary } from "./instance-summary.ts";
import { type InstancePage, listPage } from "./list-page.ts";
import { readSelection, type SelectionOptions } from "./selection.ts";
import { printText } from "../printable.ts";

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
  if (workflow !== undefined && page.instances.length === 0) await tellUnknown(workflow, options);
}

/** A workflow that the code no longer has may have instances, so a name it does not know is only worth a remark. */
async function tellUnknown(workflow: string, { app }: ListOptions): Promise<void> {
  // The code may not be here.
  const manifest = await readAppManifest(app).catch(() => undefined);
  const names = manifest?.workflows.map(({ name }) => name);
  if (names === undefined || names.includes(workflow)) return;
  printText(`The app registers no workflow ${workflow}. It has: ${names.join(", ") || "none"}.\n`, process.stderr);
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
