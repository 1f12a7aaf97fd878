import { EngineError } from "./engine-error.ts";
import type { StepDefinition, WorkflowDefinition } from "./workflow-definition.ts";

/** The registered workflows by name. */
export type Definitions = ReadonlyMap<string, WorkflowDefinition>;

export function knowsStep(definitions: Definitions, workflow: string, step: string): boolean {
  return definitions.get(workflow)?.steps.has(step) ?? false;
}

/** @throws EngineError `unknown-workflow`. */
export function definitionOf(definitions: Definitions, workflow: string): WorkflowDefinition {
  const definition = definitions.get(workflow);
  if (definition) return definition;
  // Those that begin with _ are ours: jobs and the like.
  const names = [...definitions.keys()].filter((name) => !name.startsWith("_")).join(", ") || "none";
  throw new EngineError("unknown-workflow", `No workflow "${workflow}" is registered. Registered: ${names}.`, {
    workflow,
  });
}

/** @throws EngineError `unknown-workflow` or `unknown-step`. */
export function stepOf(definitions: Definitions, workflow: string, step: string): StepDefinition {
  const definition = definitionOf(definitions, workflow).steps.get(step);
  if (definition) return definition;
  throw new EngineError("unknown-step", `Workflow "${workflow}" has no step "${step}".`, { workflow, step });
}
