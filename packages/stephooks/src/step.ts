import type { GotoOptions, StepContext, WaitOptions } from "@stephooks/engine";

/** State nobody has typed: any key, any value. Annotate the first step's `state`, or give `options.state`, to type it. */
// oxlint-disable-next-line typescript/no-explicit-any -- the user's own data before the user has typed it
export type UntypedState = Record<string, any>;

/**
 * What a step receives: a copy of the stored state and the instance's id. Annotate the first step's state with
 * `StepState<Order>` where it needs `state._id`; with `Order` alone it has the keys of `Order`.
 */
export type StepState<State> = State & { readonly _id: string; readonly instanceId: string };

/** Keys to change. An absent key is kept, a key whose value is `undefined` is removed. */
export type StatePatch<State> = { readonly [Key in keyof State]?: State[Key] | undefined } & object;

/**
 * Ends the step: commits `state` and wakes `next`. A list of steps runs them side by side and joins them, `null`
 * completes the instance. Serialises the state at the call, resolves at once, commits when the step function settles.
 * Call goto or wait once per step; a second call fails the attempt with `second-goto`.
 *
 * @throws StateError `state-not-storable`, `state-too-large`; EngineError `unknown-step`, `invalid-goto`.
 */
export type GotoStep<Names extends string, State> = (
  next: Names | readonly Names[] | null,
  state?: StatePatch<State>,
  options?: GotoOptions,
) => Promise<void>;

/**
 * Ends the step and waits, with no message and no cost, until `updateState` or `continue` runs the same step again, or
 * the timeout is over.
 */
export type WaitStep<Names extends string, State> = (
  state?: StatePatch<State>,
  options?: Omit<WaitOptions, "onTimeout"> & { readonly onTimeout?: Names },
) => Promise<void>;

/** One step of a workflow. */
export type Step<Names extends string, State> = (
  state: StepState<State>,
  goto: GotoStep<Names, State>,
  wait: WaitStep<Names, State>,
  context: StepContext,
) => unknown;

/** The steps of a workflow; the first key is the first step. */
export type Steps<Names extends string, State> = { readonly [Name in Names]: Step<NoInfer<Names>, State> };
