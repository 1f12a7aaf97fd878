import { type AppManifest, hasEnded, type InstanceHead, type InstanceIndex, type InstanceStore } from "@stephooks/core";

/** A step that is deployed and that a build does not have: removed or renamed. */
export interface RemovedStep {
  readonly workflow: string;
  readonly step: string;
}

/** A removed step on which instances stand. */
export interface LiveStep extends RemovedStep {
  readonly instances: number;
}

/** Instances read at a time: a page of the index, and one batch of the table. */
const PAGE = 100;

/** Steps a deployed app has and a build has not, a removed workflow's all. */
export function removedSteps(before: AppManifest, after: AppManifest): readonly RemovedStep[] {
  const kept = new Map(after.workflows.map(({ name, steps }) => [name, new Set(steps)]));
  return before.workflows.flatMap(({ name, steps }) =>
    steps.filter((step) => kept.get(name)?.has(step) !== true).map((step) => ({ workflow: name, step })),
  );
}

/**
 * Counts the instances that stand on removed steps, by reading every live instance of their workflows: one read unit
 * an instance at least. Steps nobody stands on are left out.
 */
export async function countLive(
  removed: readonly RemovedStep[],
  ports: { readonly index: Pick<InstanceIndex, "list">; readonly instances: Pick<InstanceStore, "read"> },
): Promise<readonly LiveStep[]> {
  const live: LiveStep[] = [];
  for (const [workflow, steps] of Map.groupBy(removed, (each) => each.workflow)) {
    const counts = new Map(steps.map(({ step }) => [step, 0]));
    let cursor: string | undefined;
    do {
      const page = await ports.index.list({ workflow, group: "active", limit: PAGE, ...(cursor ? { cursor } : {}) });
      cursor = page.cursor;
      const heads = page.ids.length === 0 ? [] : (await ports.instances.read(page.ids)).values();
      for (const head of heads) for (const step of stepsAhead(head)) add(counts, step);
    } while (cursor !== undefined);
    for (const [step, instances] of counts) if (instances > 0) live.push({ workflow, step, instances });
  }
  return live;
}

function add(counts: Map<string, number>, step: string): void {
  const count = counts.get(step);
  if (count !== undefined) counts.set(step, count + 1);
}

/**
 * Steps an instance is known to need next: the one it stands on and the one its wait ends in; of a fan-out the branches
 * that have no result, and where the others' results lead.
 */
export function stepsAhead({ join, results, status, step, timeoutStep }: InstanceHead): ReadonlySet<string> {
  if (hasEnded(status)) return new Set();
  if (join === undefined) return new Set(timeoutStep === undefined ? [step] : [step, timeoutStep]);
  const open = join.steps.filter((_step, branch) => results?.has(branch) !== true);
  const next = [...(results?.values() ?? [])].flatMap((result) => (result.kind === "next" ? (result.next ?? []) : []));
  return new Set([...open, ...next]);
}
