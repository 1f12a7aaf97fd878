import type { GotoOptions, StepFunction } from "../../src/step-function.ts";
import { never } from "./process.ts";
import type { World } from "./world.ts";

/** A step that adds keys and goes on. */
export const set = (next: string | null, patch: object, options?: GotoOptions): StepFunction => {
  return (state, goto) => goto(next, { ...state, ...patch }, options);
};

export const end: StepFunction = (_state, goto) => goto(null);

/** A step that fans out. */
export const fan = (steps: readonly string[], options?: GotoOptions): StepFunction => {
  return (_state, goto) => goto(steps, undefined, options);
};

/** A step that never works. */
export const broken: StepFunction = () => {
  throw new RangeError("never works");
};

/** A step that works at its attempt number `attempt`. */
export const flaky = (attempt: number, works: StepFunction): StepFunction => {
  return (state, goto, wait, context) => {
    if (context.attempt < attempt) throw new Error(`attempt ${context.attempt}`);
    return works(state, goto, wait, context);
  };
};

/** A step that asks for an answer, then goes on. */
export const ask = (next: string | null, key = "answer", options?: Parameters<Parameters<StepFunction>[2]>[1]) => {
  const step: StepFunction = (state, goto, wait) => (key in state ? goto(next) : wait({ asked: true }, options));
  return step;
};

/** A body that never settles; its time runs out. */
export const hang = (world: World, milliseconds: number): StepFunction => {
  return () => {
    world.clock.advance(milliseconds);
    return never();
  };
};

export function numberIn(state: object, key: string): number {
  const value: unknown = Reflect.get(state, key);
  return typeof value === "number" ? value : 0;
}
