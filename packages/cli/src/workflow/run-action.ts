import { type InstanceHead, isCodedError, type Ports } from "@stephooks/core";
import { cancelInstance, resumeInstance, type RetryFrom, retryInstance } from "@stephooks/engine";
import { CliError } from "../cli-error.ts";
import { type BulkOptions, confirmBulk } from "../confirm-bulk.ts";
import { withApp } from "../connection/open-app.ts";
import { countText } from "../count-text.ts";
import { printResult } from "../print-result.ts";
import { readAppManifest } from "../read-app-manifest.ts";
import { readObject } from "../read-input.ts";
import { type InstanceSummary, instanceSummary } from "./instance-summary.ts";
import { everyInstance, type InstanceQuery } from "./list-page.ts";
import { readSelection, type SelectionOptions } from "./selection.ts";
import { printText } from "../printable.ts";

export type ActionName = "cancel" | "resume" | "retry";

export interface ActionOptions extends SelectionOptions, BulkOptions {
  /** Every instance of this workflow that matches, instead of ids. */
  readonly all?: string;
  /** For `retry`: keys that are merged into the state first. */
  readonly state?: string;
  /** For `retry`: the step to go on from, instead of the one that failed. */
  readonly from?: string;
}

interface Failure {
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

/** Instances that are acted on at the same time. */
const AT_ONCE = 8;

/** Statuses an action can change: what a selection means when it names none. */
const fitting: Readonly<Record<ActionName, InstanceQuery["statuses"]>> = {
  cancel: ["running", "waiting", "blocked", "paused"],
  resume: ["paused", "blocked"],
  retry: ["failed"],
};

const past: Readonly<Record<ActionName, string>> = {
  cancel: "cancelled",
  resume: "resumed",
  retry: "tried again",
};

/** `stephooks workflow cancel|resume|retry`: by ids, or all of a workflow that match. */
export async function runAction(action: ActionName, ids: readonly string[], options: ActionOptions): Promise<void> {
  const state = options.state === undefined ? undefined : readObject("--state", options.state);
  const selection = await selectionOf(action, ids, options);
  const from = options.from === undefined ? undefined : await retryFrom(options.from, options);
  await withApp(options, async ({ ports }) => {
    const chosen = selection === undefined ? ids : await idsOf(selection, ports);
    if (selection !== undefined || chosen.length > 1) {
      const sentence = `${countText(chosen.length, "instance")} would be ${past[action]}.`;
      if (!(await confirmBulk(sentence, chosen.length, options))) {
        return printResult(options, { matched: chosen.length, done: [], failed: [] }, () => "");
      }
    }
    const { done, failed } = await actOnAll(chosen, (id) => act(action, id, { state, from }, ports), ports);
    const [only] = failed;
    if (only && chosen.length === 1) throw only.error;
    const failures = failed.map(({ failure }) => failure);
    printResult(options, { matched: chosen.length, done, failed: failures }, () =>
      [
        ...done.map(({ id, step, workflow }) => `${id}  ${workflow}  ${past[action]}, at step ${step}\n`),
        ...failures.map(({ code, id, message }) => `${id}  ${code}: ${message}\n`),
      ].join(""),
    );
    if (failures.length > 0) process.exitCode = 1;
  });
}

async function selectionOf(
  action: ActionName,
  ids: readonly string[],
  { all, ...options }: ActionOptions,
): Promise<InstanceQuery | undefined> {
  const filters = options.status !== undefined || options.where !== undefined;
  if (all === undefined ? ids.length === 0 || filters : ids.length > 0) {
    throw new CliError(
      "bad-usage",
      `Give ids of instances, or --all <workflow> with --status and --where, to ${action}.`,
    );
  }
  if (all === undefined) return undefined;
  const read = await readSelection(all, options);
  return read.statuses.length === 0 ? { ...read, statuses: fitting[action] } : read;
}

async function idsOf(selection: InstanceQuery, ports: Ports): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of everyInstance(selection, ports)) ids.push(id);
  return ids;
}

/** The steps are those of the code that is here: for a stage it should be what was deployed. */
async function retryFrom(step: string, { app }: ActionOptions): Promise<RetryFrom> {
  const { workflows } = await readAppManifest(app);
  return { step, stepsOf: (workflow) => workflows.find(({ name }) => name === workflow)?.steps ?? [] };
}

interface RetryChoices {
  readonly state: object | undefined;
  readonly from: RetryFrom | undefined;
}

function act(action: ActionName, id: string, { from, state }: RetryChoices, ports: Ports): Promise<InstanceHead> {
  switch (action) {
    case "cancel":
      return cancelInstance(id, ports);
    case "resume":
      return resumeInstance(id, ports);
    case "retry":
      return retryInstance(id, state, ports, from);
  }
}

/** One that fails is no reason to leave out the others. */
async function actOnAll(
  ids: readonly string[],
  actOn: (id: string) => Promise<InstanceHead>,
  ports: Ports,
): Promise<{
  readonly done: readonly InstanceSummary[];
  readonly failed: readonly { readonly error: unknown; readonly failure: Failure }[];
}> {
  const done: InstanceSummary[] = [];
  const failed: { error: unknown; failure: Failure }[] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    const settled = await Promise.allSettled(some.map(actOn));
    for (const [index, result] of settled.entries()) {
      const id = some[index] ?? "";
      if (result.status === "fulfilled") done.push(instanceSummary(result.value, ports.clock.now()));
      else failed.push({ error: result.reason, failure: failureOf(id, result.reason) });
    }
    if (ids.length > AT_ONCE) printText(`${Math.min(start + AT_ONCE, ids.length)} of ${ids.length}\n`, process.stderr);
  }
  return { done, failed };
}

function failureOf(id: string, error: unknown): Failure {
  const code = isCodedError(error) ? error.code : "failed";
  return { id, code, message: error instanceof Error ? error.message : String(error) };
}
