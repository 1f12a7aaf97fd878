import type { InstanceDocument } from "@stephooks/engine";
import type { EventEmitter } from "node:events";
import type { StepState } from "./step.ts";

/** Names what an event is about; codehooks' own keys stand beside these. */
interface Place {
  readonly workflowName: string;
  readonly instanceId: string;
}

interface StepPlace extends Place {
  readonly step: string;
  /** The same as `step`. */
  readonly stepName: string;
}

/** What the listeners of each event are given. */
export interface WorkflowEventData<State> {
  /** The workflow was registered in this process. */
  readonly workflowCreated: { readonly name: string; readonly description: string };
  /** A start made a new instance. */
  readonly workflowStarted: Place & { readonly name: string; readonly initialState: unknown };
  /** A step body is about to run, each attempt of it: the one event that is not told after a commit. */
  readonly stepStarted: StepPlace & { readonly attempt: number; readonly state: StepState<State> };
  /** A transition or an `updateState` was stored; the state as it is now. */
  readonly stateUpdated: Place & { readonly state: State };
  /** The step, or the list of steps, that runs next. */
  readonly stepEnqueued: Place & {
    readonly step: string | readonly string[];
    /** Absent for a list. */
    readonly stepName?: string;
    readonly state: State;
  };
  /** A waiting step runs again: `continue`, `updateState`, `resumeByToken`, `continueAllTimedOut`. */
  readonly workflowContinued: StepPlace & { readonly name: string };
  /** An `updateState` was stored; the keys it was given. */
  readonly stepsStateUpdating: Place & { readonly name: string; readonly state: unknown };
  /** The instance is completed: its document. */
  readonly completed: State & InstanceDocument & { readonly instanceId: string };
  readonly cancelled: Place & { readonly id: string };
  /** An attempt failed, of a branch too, or the instance did: what was thrown, with its place. */
  readonly error: Error & Place & { readonly error: Error; readonly stepName: string };
}

export type WorkflowEventName = keyof WorkflowEventData<unknown>;

/** Whatever Node's own emitters take, and async functions. */
export type Listener = (...args: Parameters<Parameters<EventEmitter["on"]>[1]>) => unknown;

/** Adds or removes a listener. Listeners may be async: they are awaited, one after the other. */
export interface ListenerMethod<State> {
  <Name extends WorkflowEventName>(
    event: Name,
    listener: (data: WorkflowEventData<State>[Name]) => unknown,
  ): EventEmitter;
  /** Events of the app's own, for `emit`. */
  (event: string | symbol, listener: Listener): EventEmitter;
}
