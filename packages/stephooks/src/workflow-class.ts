import type { App, CreateWorkflowOptions } from "./app.ts";
import { app } from "./default-app.ts";
import type { Steps, UntypedState } from "./step.ts";
import type { Workflow as CreatedWorkflow } from "./workflow.ts";

/** A workflow that `app.createWorkflow` made, or `new Workflow`. */
export type Workflow<State extends object = UntypedState> = CreatedWorkflow<State>;

/** The class of workflows as codehooks-js exports it. */
export interface WorkflowClass {
  /**
   * The same as `createWorkflow` of `owner`, which is the app of this process unless given: what `new` answers is
   * registered.
   *
   * @throws EngineError `invalid-definition`, StephooksError `duplicate-workflow`.
   */
  new <Names extends string, State extends object = UntypedState>(
    name: string,
    description: string,
    steps: Steps<Names, State>,
    options?: CreateWorkflowOptions<State>,
    owner?: App,
  ): CreatedWorkflow<State>;
}

/** What a function called with `new` returns is what `new` answers, when it is an object. */
function construct(
  name: string,
  description: string,
  steps: Steps<string, UntypedState>,
  options?: CreateWorkflowOptions<UntypedState>,
  owner: App = app,
): CreatedWorkflow<UntypedState> {
  return owner.createWorkflow(name, description, steps, options);
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript has no type for a function that `new` calls
export const Workflow = construct as unknown as WorkflowClass;
