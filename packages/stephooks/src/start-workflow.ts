import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type InstanceHead, isRecord } from "@stephooks/core";
import { definitionOf, EngineError, startInstance, type StartResult } from "@stephooks/engine";
import type { AppRegistry } from "./app-registry.ts";
import type { StartOptions } from "./workflow.ts";

/** Starts an instance of a registered workflow, its state checked by the workflow's schema. */
async function startWorkflow(
  registry: AppRegistry,
  name: string,
  given: unknown,
  options: StartOptions = {},
): Promise<StartResult> {
  const workflow = definitionOf(registry.definitions, name);
  const state = await checked(name, given, registry.schemas.get(name));
  const id = options.id ?? ownId(given);
  const request = { workflow, state, ...(id === undefined ? {} : { id }) };
  const { created, head } = await startInstance(request, registry.runtime(name).ports);
  if (!created && (options.onExists === "error" || head.workflow !== name)) {
    throw new EngineError("instance-exists", existsMessage(head, name), { instance: head.id });
  }
  return { created, head };
}

/** The same, and the workflow's listeners are told when it is a new instance. */
export async function startAndAnnounce(
  registry: AppRegistry,
  name: string,
  given: unknown,
  options?: StartOptions,
): Promise<StartResult> {
  const started = await startWorkflow(registry, name, given, options);
  const data = { name, workflowName: name, instanceId: started.head.id, initialState: given };
  if (started.created) {
    await registry.events(name).announce("workflowStarted", data, registry.runtime(name).ports.logger);
  }
  return started;
}

function existsMessage({ id, workflow }: InstanceHead, wanted: string): string {
  return workflow === wanted
    ? `Instance ${id} exists already. Leave out onExists: "error" to get it instead.`
    : `Instance ${id} exists already, of workflow "${workflow}". Choose another id.`;
}

function ownId(state: unknown): string | undefined {
  return isRecord(state) && typeof state._id === "string" ? state._id : undefined;
}

async function checked(workflow: string, state: unknown, schema: StandardSchemaV1 | undefined): Promise<unknown> {
  if (schema === undefined) return state;
  const result = await schema["~standard"].validate(state);
  if (result.issues === undefined) return result.value;
  const findings = result.issues.map((issue) => `${pathOf(issue)}: ${issue.message}`).join("; ");
  throw new EngineError(
    "invalid-state",
    `The start state of workflow "${workflow}" does not match its schema: ${findings}.`,
  );
}

function pathOf(issue: StandardSchemaV1.Issue): string {
  const keys = (issue.path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
  return ["$", ...keys].join(".");
}
