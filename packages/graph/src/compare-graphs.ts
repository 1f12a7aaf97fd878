import type { WorkflowManifest } from "@stephooks/core";

/** Steps that the next deployment would take from under instances. */
export interface RemovedStep {
  readonly workflow: string;
  readonly step: string;
  /** Instances that stand on it. */
  readonly live: number;
  /** The new step that it may have been renamed to: the only one that is new, where only one is gone. */
  readonly renamedTo?: string;
}

type Steps = Pick<WorkflowManifest, "name" | "steps">;

/**
 * WF111: steps of the deployed workflows that the new ones do not have, with the instances on them. A workflow that is
 * gone has lost all of its steps. `live` answers how many instances stand on a step now.
 */
export function removedSteps(
  deployed: readonly Steps[],
  next: readonly Steps[],
  live: (workflow: string, step: string) => number,
): readonly RemovedStep[] {
  return deployed.flatMap(({ name, steps }) => {
    const kept = next.find((workflow) => workflow.name === name)?.steps ?? [];
    const gone = steps.filter((step) => !kept.includes(step));
    const added = kept.filter((step) => !steps.includes(step));
    const [renamedTo] = gone.length === 1 && added.length === 1 ? added : [];
    return gone.map((step) => ({
      workflow: name,
      step,
      live: live(name, step),
      ...(renamedTo === undefined ? {} : { renamedTo }),
    }));
  });
}
