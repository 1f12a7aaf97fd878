import type { WorkflowOptions } from "@stephooks/engine";
import { createApp } from "../../src/app.ts";
import type { Steps, UntypedState } from "../../src/step.ts";
import type { Workflow } from "../../src/workflow.ts";
import { appWorld, type AppWorld } from "./app-world.ts";

/** One workflow `w` on memory ports. */
export function oneWorkflow<Names extends string>(
  steps: Steps<Names, UntypedState>,
  options?: WorkflowOptions,
): { w: Workflow<UntypedState>; world: AppWorld } {
  const app = createApp();
  const w = app.createWorkflow("w", "Under test", steps, options);
  return { w, world: appWorld(app.init()) };
}
