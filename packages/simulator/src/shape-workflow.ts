import { defineWorkflow, type StepContext, type StepFunction, type WorkflowDefinition } from "@stephooks/engine";
import { type Asked, askedBy, type Shape, type ShapeStep } from "./shape.ts";

/** What surrounds the bodies of a shape. */
export interface BodyHost {
  /** Settles when the body's own work is done; never when its process died over it. */
  work(context: StepContext, document: object): Promise<void>;
  /** A body has minted a token. */
  mailed(context: StepContext, token: string): void;
}

/** Makes the workflow of a shape. `has` tells which steps this version of it knows; all of them unless given. */
export type WorkflowMaker = (shape: Shape, host: BodyHost, has?: (step: string) => boolean) => WorkflowDefinition;

/**
 * The workflow of a shape: its steps work for a while, then ask for what the shape says. All keep
 * their whole history, with what each transition changed. `has` tells which steps this version of it knows; all of them
 * unless given.
 */
export function shapeWorkflow(
  shape: Shape,
  host: BodyHost,
  has: (step: string) => boolean = () => true,
): WorkflowDefinition {
  const steps = Object.entries(shape.steps)
    .filter(([name]) => has(name))
    .map(([name, step]) => [name, bodyOf(name, step, host)] as const);
  return defineWorkflow(shape.name, shape.name, Object.fromEntries(steps), { history: "changes", ...shape.options });
}

function bodyOf(name: string, step: ShapeStep, host: BodyHost): StepFunction {
  return async (document, goto, wait, context) => {
    const state: Readonly<Record<string, unknown>> = { ...document };
    await host.work(context, document);
    const asked = askedBy(name, step, state, context.attempt);
    switch (asked.kind) {
      case "goto":
        return goto(asked.next, { ...state, ...asked.set }, asked.delay > 0 ? { delay: asked.delay } : undefined);
      case "fan-out":
        return goto(asked.branches, { ...state, ...asked.set }, asked.settleAll ? { join: "allSettled" } : undefined);
      case "wait":
        if (asked.mail) host.mailed(context, context.createWaitToken("mail", asked.mail));
        return wait({ ...state, ...asked.set }, limitOf(asked));
      case "throw":
        throw new RangeError(`${name} fails`);
    }
  };
}

function limitOf({ onTimeout, timeout }: Extract<Asked, { kind: "wait" }>) {
  return {
    ...(timeout === undefined ? {} : { timeout }),
    ...(onTimeout === undefined ? {} : { onTimeout }),
  };
}
