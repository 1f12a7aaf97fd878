import type { InstanceStatus } from "@stephooks/core";
import { CliError } from "../cli-error.ts";
import type { Target } from "../connection/connect.ts";
import { readAppManifest } from "../read-app-manifest.ts";
import { readObject } from "../read-input.ts";
import { type InstanceQuery, statuses } from "./list-page.ts";

/** Options that say which instances are meant. */
export interface SelectionOptions extends Target {
  readonly status?: readonly string[];
  readonly where?: string;
}

/** Of the named workflow, or of all that the app registers. @throws CliError `bad-usage`, `build-failed`. */
export async function readSelection(workflow: string | undefined, options: SelectionOptions): Promise<InstanceQuery> {
  const where = readObject("--where", options.where);
  const wanted = (options.status ?? []).flatMap((status) => status.split(",")).map(statusOf);
  const names = async (): Promise<readonly string[]> =>
    (await readAppManifest(options.app)).workflows.map(({ name }) => name);
  return { workflows: workflow === undefined ? await names() : [workflow], statuses: wanted, where };
}

function statusOf(given: string): InstanceStatus {
  if (isStatus(given)) return given;
  throw new CliError("bad-usage", `--status ${given} is no status: give one of ${statuses.join(", ")}.`);
}

function isStatus(text: string): text is InstanceStatus {
  return statuses.includes(text);
}
