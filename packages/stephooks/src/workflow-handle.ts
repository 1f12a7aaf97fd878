import type { AppPorts, InstanceHead } from "@stephooks/core";
import {
  cancelInstance,
  continueInstance,
  definitionOf,
  EngineError,
  inspectInstance,
  type InstanceInspection,
  type InstanceDocument,
  instanceDocument,
  mintProgressToken,
  pauseInstance,
  readByToken,
  readHistory,
  readInstance,
  replaceState,
  resumeByToken,
  resumeInstance,
  retryInstance,
  updateInstance,
} from "@stephooks/engine";
import type { AppRegistry } from "./app-registry.ts";
import { counted } from "./host/invocation-scope.ts";
import { listInstances } from "./list-instances.ts";
import { placeAfter, ProgressFeed, progressRoute, subscription } from "./progress/index.ts";
import { startAndAnnounce } from "./start-workflow.ts";
import { stepTiming, type TimedOutStep } from "./step-timing.ts";
import type {
  InspectionOf,
  InstanceOf,
  ProgressOptions,
  StartOptions,
  Workflow,
  WorkflowProgress,
  WorkflowRuns,
  WorkflowViews,
} from "./workflow.ts";
import type { Listener } from "./workflow-event-data.ts";
import type { WorkflowEvents } from "./workflow-events.ts";
import { workflowPorts } from "./workflow-ports.ts";

/** What the methods of one workflow share. */
interface Bound {
  readonly name: string;
  readonly registry: AppRegistry;
  readonly events: WorkflowEvents;
}

export function createWorkflowHandle<State extends object>(
  name: string,
  description: string,
  registry: AppRegistry,
): Workflow<State> {
  const events = registry.events(name);
  const bound: Bound = { name, registry, events };
  const { emitter } = events;
  const handle: Workflow<State> = {
    name,
    description,
    ...runsOf<State>(bound),
    ...viewsOf<State>(bound),
    ...progressOf<State>(bound),
    configure: (options) => registry.configure(name, options),
    register: async () => name,
    on: (event: string | symbol, listener: Listener) => emitter.on(event, listener),
    once: (event: string | symbol, listener: Listener) => emitter.once(event, listener),
    off: (event: string | symbol, listener: Listener) => emitter.off(event, listener),
    emit: (event, ...args) => emitter.emit(event, ...args),
  };
  return handle;
}

function runsOf<State extends object>(bound: Bound): WorkflowRuns<State> {
  const { events, name, registry } = bound;
  const ports = portsOf(bound);
  const own = ownPortsOf(bound);
  const started = async (workflow: string, state: unknown, options?: StartOptions) =>
    typed<State>((await startAndAnnounce(registry, workflow, state, options)).head);
  const cancel = async (id: string | undefined) => {
    const head = await cancelInstance(id, ports());
    const data = { id: head.id, workflowName: head.workflow, instanceId: head.id };
    await events.announce("cancelled", data, ports().logger);
    return typed<State>(head);
  };
  return {
    start: (first: unknown, second?: unknown, third?: StartOptions) =>
      counted(() =>
        typeof first === "string"
          ? started(first, second ?? {}, third)
          : // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the overloads name the second argument
            started(name, first, second as StartOptions | undefined),
      ),
    updateState: (id, state, options) =>
      counted(async () => {
        // codehooks resumes unless told otherwise, and takes {} for being told otherwise.
        const resume = options === undefined || options.continue === true;
        const { head, resumed } = await updateInstance(id, state, resume, ports());
        await events.patched(head, state, resumed, ports().logger);
        return typed<State>(head);
      }),
    setState: (id, { state }) => counted(async () => void (await replaceState(id, state, ports()))),
    continue: (id) =>
      counted(async () => {
        const head = await continueInstance(id, ports());
        await events.continued(head, ports().logger);
        return { instanceId: head.id };
      }),
    resumeByToken: (token, state) =>
      counted(async () => {
        const { head, resumed } = await resumeByToken(token, state, own());
        if (resumed) await events.continued(head, ports().logger);
        else await events.patched(head, state, false, ports().logger);
        return typed<State>(head);
      }),
    cancelWorkflow: (id) => counted(() => cancel(id)),
    cancelSteps: (id) => counted(() => cancel(id)),
    retry: (id, state, { from } = {}) =>
      counted(async () => {
        const stepsOf = (workflow: string) => [...(registry.definitions.get(workflow)?.steps.keys() ?? [])];
        const chosen = from === undefined ? undefined : { step: from, stepsOf };
        return typed<State>(await retryInstance(id, state, ports(), chosen));
      }),
    pause: (id) => counted(async () => typed<State>(await pauseInstance(id, ports()))),
    resume: (id) => counted(async () => typed<State>(await resumeInstance(id, ports()))),
  };
}

function viewsOf<State extends object>(bound: Bound): WorkflowViews<State> {
  const { events, name, registry } = bound;
  const ports = portsOf(bound);
  const own = ownPortsOf(bound);
  const getState = (id: string | undefined) => counted(async () => typed<State>(await readInstance(id, ports())));
  const timing = (head: InstanceHead) =>
    stepTiming(definitionOf(registry.definitions, name), instanceDocument(head), ports().clock.now());
  const timedOut = async (filter: Readonly<Record<string, unknown>> = {}): Promise<readonly TimedOutStep[]> => {
    const heads = await listInstances(name, filter, ports(), ["active"]);
    const steps = heads.map((head) => ({ ...timing(head), workflowId: head.id, workflowName: name }));
    return steps.filter((step) => step.isTimedOut);
  };
  return {
    getState,
    getStepsStatus: getState,
    getWorkflowStatus: getState,
    getStateByToken: (token) => counted(async () => typed<State>(await readByToken(token, own()))),
    inspect: (id) =>
      counted(async () => {
        const head = await readInstance(id, ports());
        return typedInspection<State>(inspectInstance(head, registry.definitions, ports().clock.now()));
      }),
    getHistory: (id, query = {}) => counted(() => readHistory(id, query, ports())),
    getInstances: (filter = {}) =>
      counted(async () => (await listInstances(name, filter, ports())).map((head) => typed<State>(head))),
    isStepTimedOut: (document) => stepTiming(definitionOf(registry.definitions, name), document, ports().clock.now()),
    findTimedOutSteps: (filter) => counted(() => timedOut(filter)),
    continueAllTimedOut: () =>
      counted(async () => {
        const answered = (await timedOut()).map(async ({ workflowId }) => {
          // Whoever has moved on since needs no continue.
          const head = await continueInstance(workflowId, ports()).catch((error: unknown) => {
            if (error instanceof EngineError) return undefined;
            throw error;
          });
          if (head === undefined) return [];
          await events.continued(head, ports().logger);
          return [{ instanceId: head.id }];
        });
        return (await Promise.all(answered)).flat();
      }),
  };
}

function typedInspection<State>(inspection: InstanceInspection): InspectionOf<State> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same edge
  return inspection as InspectionOf<State>;
}

/** Workflows of one collection know each other's instances, as with codehooks. */
function portsOf({ name, registry }: Bound): () => AppPorts {
  const collectionOf = (workflow: string) => registry.definitions.get(workflow)?.collectionName;
  return () =>
    workflowPorts(
      registry.runtime(name).ports,
      (workflow) => (collectionOf(workflow) ?? collectionOf(name)) === collectionOf(name),
    );
}

/** For tokens: what is stored with an answer means something else in another workflow. */
function ownPortsOf({ name, registry }: Bound): () => AppPorts {
  return () => workflowPorts(registry.runtime(name).ports, (workflow) => workflow === name);
}

function progressOf<State extends object>(bound: Bound): WorkflowProgress<State> {
  const { name, registry } = bound;
  const own = ownPortsOf(bound);
  const showing = ({ show }: ProgressOptions<State>) => show && ((head: InstanceHead) => show(typed<State>(head)));
  return {
    async *subscribe(id, { after, signal, ...options } = {}) {
      const place = placeAfter(after);
      const head = await counted(() => readInstance(id, own()));
      if (ProgressFeed.isOver(head, place)) return;
      const watched = { ports: own(), definitions: registry.definitions, show: showing(options) };
      yield* subscription(new ProgressFeed(head, place, watched), own().clock, signal);
    },
    createProgressToken: (id, options = {}) => counted(() => mintProgressToken(id, options, own())),
    progressRoute: (options = {}) => progressRoute(name, showing(options)),
  };
}

/** The document of an instance of this workflow is, by what its steps are typed to store, an InstanceOf<State>. */
function typed<State>(head: InstanceHead): InstanceDocument & InstanceOf<State> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the edge between stored JSON and the user's type
  return instanceDocument(head) as InstanceDocument & InstanceOf<State>;
}
