import type { EventEmitter } from "node:events";
import type {
  HistoryPage,
  HistoryQuery,
  InstanceDocument,
  InstanceFields,
  InstanceInspection,
  ProgressTokenOptions,
  WorkflowOptions,
} from "@stephooks/engine";
import type { RouteHandler } from "./http/index.ts";
import type { ProgressEvent, SubscribeOptions } from "./progress/index.ts";
import type { StatePatch } from "./step.ts";
import type { ListenerMethod } from "./workflow-event-data.ts";
import type { StepTiming, TimedOutStep } from "./step-timing.ts";

/** How a start with an id that is taken ends. */
export interface StartOptions {
  /** Instance id: 1 to 128 letters, digits, `_ . : @ -`. Starting twice with one id starts once. */
  readonly id?: string;
  /** `return` (default) answers the present instance, `error` throws `instance-exists`. */
  readonly onExists?: "return" | "error";
}

/** An instance as `start` and `getState` answer it: the state's keys beside the engine's. */
export type InstanceOf<State> = State & InstanceFields;

/** An instance as `inspect` answers it. */
export type InspectionOf<State> = Omit<InstanceInspection, "state"> & { readonly state: State };

/**
 * A Mongo-style filter on the documents of instances: `{ color: "red", total: { $gt: 5 } }`, paths as `"a.b"`. Operators:
 * `$eq $ne $gt $gte $lt $lte $in $nin $exists $regex $startsWith $endsWith $not $size $all $elemMatch`, and `$and $or $nor`.
 */
export type InstanceFilter = Readonly<Record<string, unknown>>;

type Id = string | undefined;

/** The part of a workflow that runs instances. */
export interface WorkflowRuns<State extends object> {
  /**
   * Starts an instance and answers it without waiting for its first step. A state's own `_id` is the instance id.
   *
   * @throws StateError, EngineError `invalid-id`, `invalid-state`, `instance-exists`.
   */
  start(state: State & { readonly _id?: string }, options?: StartOptions): Promise<InstanceOf<State>>;
  /** Starts any registered workflow by name. @throws EngineError `unknown-workflow` and as above. */
  start(workflow: string, state?: object, options?: StartOptions): Promise<InstanceDocument>;
  /**
   * Merges keys into the state; an instance that waits runs its step again unless `continue` is false. Whatever the
   * instance does at that moment, its waiting step sees the keys without a second call. The answer is the instance as it
   * was read, with the keys: what a running step commits at the same moment shows in the next `getState`.
   *
   * @throws EngineError `unknown-instance`, `already-ended`; StateError.
   */
  updateState(id: Id, state: StatePatch<State>, options?: { readonly continue?: boolean }): Promise<InstanceOf<State>>;
  /** Replaces the whole state. @throws as `updateState`. */
  setState(id: Id, given: { readonly _id?: string; readonly state: State }): Promise<void>;
  /** Runs the step that waits again. @throws EngineError `unknown-instance`, `already-ended`, `not-waiting`. */
  continue(id: Id, reset?: boolean): Promise<{ readonly instanceId: string }>;
  /**
   * Answers the wait a token of `context.createWaitToken` was made for, once, also when that wait has yet to come.
   *
   * @throws EngineError `invalid-token`, `token-expired`, `token-used`, `not-waiting-yet` (of a branch), `contended`;
   * StateError.
   */
  resumeByToken(token: string | undefined, state?: StatePatch<State>): Promise<InstanceOf<State>>;
  /**
   * Cancels an instance; no transition commits after this settles. Cancelling twice is fine.
   *
   * @throws EngineError `unknown-instance`, `already-ended`.
   */
  cancelWorkflow(id: Id): Promise<InstanceOf<State>>;
  /** The same as {@link cancelWorkflow}. */
  cancelSteps(id: Id): Promise<InstanceOf<State>>;
  /**
   * Runs a failed instance again, from the step it failed in or from another one.
   *
   * @throws EngineError `unknown-instance`, `not-failed`, `unknown-step`.
   */
  retry(id: Id, state?: StatePatch<State>, options?: { readonly from?: string }): Promise<InstanceOf<State>>;
  /**
   * Pauses an instance: no further step begins until `resume`. A body that runs ends and commits; the branches of a
   * fan-out end, their join waits. What is answered, patched or due meanwhile takes effect at the resume.
   *
   * @throws EngineError `unknown-instance`, `already-ended`.
   */
  pause(id: Id): Promise<InstanceOf<State>>;
  /** Lets a paused or blocked instance go on. @throws EngineError `unknown-instance`, `not-paused`. */
  resume(id: Id): Promise<InstanceOf<State>>;
}

/** The part of a workflow that looks at instances. */
export interface WorkflowViews<State extends object> {
  /** The instance as stored now. @throws EngineError `unknown-instance`. */
  getState(id: Id): Promise<InstanceOf<State>>;
  /** The same as {@link getState}. */
  getStepsStatus(id: Id): Promise<InstanceOf<State>>;
  /** The same as {@link getState}. */
  getWorkflowStatus(id: Id): Promise<InstanceOf<State>>;
  /**
   * The instance whose wait a token of `context.createWaitToken` answers, for a page that shows what the answer is about.
   * The token is as good as before.
   *
   * @throws EngineError `invalid-token`, `token-expired`, `token-used`.
   */
  getStateByToken(token: string | undefined): Promise<InstanceOf<State>>;
  /** Status, history and errors of an instance. @throws EngineError `unknown-instance`. */
  inspect(id: Id): Promise<InspectionOf<State>>;
  /**
   * The instance's transitions, page by page; all of them with `history: "full"`, else the newest 16. Strongly consistent.
   *
   * @throws EngineError `unknown-instance`, `invalid-page`.
   */
  getHistory(id: Id, query?: HistoryQuery): Promise<HistoryPage>;
  /** Instances of this workflow, newest first, at most 1,000. @throws QueryError when the filter is refused. */
  getInstances(filter?: InstanceFilter): Promise<readonly InstanceOf<State>[]>;
  /** Whether the document's present step has taken longer than its timeout. */
  isStepTimedOut(document: InstanceFields): StepTiming;
  /** The instances that match and whose present step has, waiting ones included. @throws as `getInstances`. */
  findTimedOutSteps(filter?: InstanceFilter): Promise<readonly TimedOutStep[]>;
  /** Runs the waiting step of each of them again. @throws PortError; some may have been continued. */
  continueAllTimedOut(): Promise<readonly { readonly instanceId: string }[]>;
}

/** What watchers of an instance see of it beside its steps. */
export interface ProgressOptions<State> {
  /** Makes of the instance, its state and `lastError` included, the `data` of `status` events. Nothing unless given. */
  readonly show?: (instance: InstanceOf<State>) => unknown;
}

/** The part of a workflow that lets others watch instances (docs/progress.md). */
export interface WorkflowProgress<State extends object> {
  /**
   * What happens to the instance, in order, from its beginning or behind the event `after`: transitions, what its steps
   * `emit`, where it stands. Ends when the instance has ended or is gone, when the signal is given, and with the time of
   * the invocation. Looks every half second, and less often where nothing happens.
   *
   * @throws EngineError `unknown-instance`, StephooksError `invalid-argument`: at the first event that is asked for.
   */
  subscribe(id: Id, options?: SubscribeOptions & ProgressOptions<State>): AsyncIterableIterator<ProgressEvent>;
  /**
   * A token for {@link progressRoute}: whoever has it may watch this one instance until it expires, and do nothing else.
   *
   * @throws EngineError `unknown-instance`; `invalid-token` for an `expiresIn` that cannot be.
   */
  createProgressToken(id: Id, options?: ProgressTokenOptions): Promise<string>;
  /**
   * A route function that streams to whoever brings a token of {@link createProgressToken} as `?token=`, for the browser's
   * `EventSource`. A route parameter `:id` must be the instance's.
   */
  progressRoute(options?: ProgressOptions<State>): RouteHandler;
}

/**
 * A registered workflow. Its methods work inside routes and steps; all reject with coded errors. An id that is absent
 * (a missing path parameter, say) is an unknown instance.
 */
export interface Workflow<State extends object>
  extends WorkflowRuns<State>, WorkflowViews<State>, WorkflowProgress<State>, Pick<EventEmitter, "emit"> {
  readonly name: string;
  readonly description: string;
  readonly on: ListenerMethod<State>;
  readonly once: ListenerMethod<State>;
  readonly off: ListenerMethod<State>;
  /** Changes options after creation. Unknown keys are ignored. @throws EngineError `invalid-definition`. */
  configure(options: WorkflowOptions): void;
  /** Of codehooks-js, which registers a `new Workflow` by it: here it is registered already. Answers its name. */
  register(app?: unknown): Promise<string>;
}
