import type { StepContext } from "@stephooks/engine";

/** State nobody has typed: any key, any value. Annotate the first step's `state`, or give `options.state`, to type it. */
// oxlint-disable-next-line typescript/no-explicit-any -- the user's own data before the user has typed it
export type UntypedState = Record<string, any>;

/** What a step receives: a copy of the stored state and the instance's id. */
export type StepState<State> = State & { readonly _id: string; readonly instanceId: string };

/** Keys to change. An absent key is kept, a key whose value is `undefined` is removed. */
export type StatePatch<State> = { readonly [Key in keyof State]?: State[Key] | undefined } & object;

/**
 * Ends the step: commits `state` and wakes `next`; `null` completes the instance. Serialises the state at the call,
 * resolves at once, commits when the step function settles. Call it once per step.
 *
 * @throws StateError `state-not-storable`, `state-too-large`; EngineError `unknown-step`, `second-goto`.
 */
export type GotoStep<Names extends string, State> = (next: Names | null, state?: StatePatch<State>) => Promise<void>;

/** Not in this version: calling it fails the step with `wait-unavailable`. */
export type WaitStep<State> = (state?: StatePatch<State>) => Promise<void>;

/** One step of a workflow. */
export type Step<Names extends string, State> = (
  state: StepState<State>,
  goto: GotoStep<Names, State>,
  wait: WaitStep<State>,
  context: StepContext,
) => unknown;

/** The steps of a workflow; the first key is the first step. */
export type Steps<Names extends string, State> = { readonly [Name in Names]: Step<NoInfer<Names>, State> };
