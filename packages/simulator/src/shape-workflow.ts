import { defineWorkflow, type StepContext, type StepFunction, type WorkflowDefinition } from "@stephooks/engine";
import { askedBy, type Shape, type ShapeStep } from "./shape.ts";

/** Settles when the body's own work is done; never when its process died over it. */
export type Work = (context: StepContext) => Promise<void>;

/** The workflow of a shape: its steps work for a while, then ask for what the shape says. All keep their whole history. */
export function shapeWorkflow(shape: Shape, work: Work): WorkflowDefinition {
  const steps = Object.entries(shape.steps).map(([name, step]) => [name, bodyOf(name, step, work)] as const);
  return defineWorkflow(shape.name, shape.name, Object.fromEntries(steps), { history: "full", ...shape.options });
}

function bodyOf(name: string, step: ShapeStep, work: Work): StepFunction {
  return async (document, goto, wait, context) => {
    const state: Readonly<Record<string, unknown>> = { ...document };
    await work(context);
    const asked = askedBy(name, step, state, context.attempt);
    switch (asked.kind) {
      case "goto":
        return goto(asked.next, { ...state, ...asked.set }, asked.delay > 0 ? { delay: asked.delay } : undefined);
      case "fan-out":
        return goto(asked.branches, { ...state, ...asked.set }, asked.settleAll ? { join: "allSettled" } : undefined);
      case "wait":
        return wait({ ...state, ...asked.set }, limitOf(asked));
      case "throw":
        throw new RangeError(`${name} fails`);
    }
  };
}

function limitOf({ onTimeout, timeout }: { readonly timeout?: number; readonly onTimeout?: string }) {
  return {
    ...(timeout === undefined ? {} : { timeout }),
    ...(onTimeout === undefined ? {} : { onTimeout }),
  };
}
