import type { StandardSchemaV1 } from "@standard-schema/spec";
import {
  cancelInstance,
  definitionOf,
  EngineError,
  inspectInstance,
  type InstanceDocument,
  instanceDocument,
  type InstanceFields,
  type InstanceInspection,
  readInstance,
  startInstance,
} from "@stephooks/engine";
import { type InstanceHead, isRecord } from "@stephooks/core";
import type { AppRegistry } from "./app-registry.ts";
import { counted } from "./host/invocation-scope.ts";

/** How a start with an id that is taken ends. */
export interface StartOptions {
  /** Instance id: 1 to 128 letters, digits, `_ . : @ -`. Starting twice with one id starts once. */
  readonly id?: string;
  /** `return` (default) answers the present instance, `error` throws `instance-exists`. */
  readonly onExists?: "return" | "error";
}

/** An instance as `start` and `getState` answer it: the state's keys beside the engine's. */
export type InstanceOf<State> = State & InstanceFields;

/**
 * A registered workflow. Its methods work inside routes and steps; all reject with coded errors. An id that is absent
 * (a missing path parameter, say) is an unknown instance.
 */
export interface Workflow<State extends object> {
  readonly name: string;
  readonly description: string;
  /**
   * Starts an instance and answers it without waiting for its first step. A state's own `_id` is the instance id.
   *
   * @throws StateError, EngineError `invalid-id`, `invalid-state`, `instance-exists`.
   */
  start(state: State & { readonly _id?: string }, options?: StartOptions): Promise<InstanceOf<State>>;
  /** Starts any registered workflow by name. @throws EngineError `unknown-workflow` and as above. */
  start(workflow: string, state?: object, options?: StartOptions): Promise<InstanceDocument>;
  /** The instance as stored now. @throws EngineError `unknown-instance`. */
  getState(id: string | undefined): Promise<InstanceOf<State>>;
  /** Status, history and errors of an instance. @throws EngineError `unknown-instance`. */
  inspect(id: string | undefined): Promise<InstanceInspection>;
  /**
   * Cancels an instance; no transition commits after this settles. Cancelling twice is fine.
   *
   * @throws EngineError `unknown-instance`, `already-ended`.
   */
  cancelWorkflow(id: string | undefined): Promise<InstanceOf<State>>;
}

export function createWorkflowHandle<State extends object>(
  name: string,
  description: string,
  registry: AppRegistry,
): Workflow<State> {
  const ports = () => registry.runtime(name).ports;
  // The document of an instance of this workflow is, by what its steps are typed to store, an InstanceOf<State>.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the edge between stored JSON and the user's type
  const typed = (document: InstanceDocument) => document as InstanceDocument & InstanceOf<State>;
  return {
    name,
    description,
    start: (first: unknown, second?: unknown, third?: StartOptions) =>
      counted(async () => {
        if (typeof first === "string") return typed(await start(registry, first, second ?? {}, third));
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the overloads above name the second argument
        return typed(await start(registry, name, first, second as StartOptions | undefined));
      }),
    getState: (id) => counted(async () => typed(instanceDocument(await readInstance(id, ports())))),
    inspect: (id) =>
      counted(async () => {
        const head = await readInstance(id, ports());
        return inspectInstance(head, registry.definitions, ports().clock.now());
      }),
    cancelWorkflow: (id) => counted(async () => typed(instanceDocument(await cancelInstance(id, ports())))),
  };
}

async function start(
  registry: AppRegistry,
  name: string,
  given: unknown,
  options: StartOptions = {},
): Promise<InstanceDocument> {
  const workflow = definitionOf(registry.definitions, name);
  const state = await checked(name, given, registry.schemas.get(name));
  const id = options.id ?? ownId(given);
  const request = { workflow, state, ...(id === undefined ? {} : { id }) };
  const { created, head } = await startInstance(request, registry.runtime(name).ports);
  if (!created && (options.onExists === "error" || head.workflow !== name)) {
    throw new EngineError("instance-exists", existsMessage(head, name), { instance: head.id });
  }
  return instanceDocument(head);
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
