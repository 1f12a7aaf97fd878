import { EventEmitter } from "node:events";
import type { UntypedState } from "./step.ts";
import { StephooksError } from "./stephooks-error.ts";
import type { Workflow as CreatedWorkflow } from "./workflow.ts";

/*
 * What codehooks-js 1.4.3 exports and this version does not do yet. The names are there, so that an app that uses one
 * of them in one place can be bundled and run; using it says what is missing.
 */

/** Stands in for a function: @throws StephooksError `unsupported`. */
export type NotBuiltYet = (...args: readonly unknown[]) => never;

function missing(name: string): NotBuiltYet {
  return () => {
    throw new StephooksError(
      "unsupported",
      `${name} of codehooks-js is not in this version of stephooks. Leave it out, or wait for the version that has it.`,
      { name },
    );
  };
}

export const openapi: NotBuiltYet = missing("openapi");
export const response: NotBuiltYet = missing("response");
export const body: NotBuiltYet = missing("body");
export const param: NotBuiltYet = missing("param");
export const query: NotBuiltYet = missing("query");
export const header: NotBuiltYet = missing("header");

/** A workflow that `app.createWorkflow` made. */
export type Workflow<State extends object = UntypedState> = CreatedWorkflow<State>;

/** codehooks-js exports the class of its workflows, too. Ours are made by `app.createWorkflow` only. */
export const Workflow: new (...args: readonly unknown[]) => EventEmitter = class extends EventEmitter {
  constructor() {
    super();
    missing("The constructor Workflow (use app.createWorkflow)")();
  }
};
