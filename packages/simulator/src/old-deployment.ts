import type { RandomStream } from "./random-stream.ts";
import { successorsOf, type Shape } from "./shape.ts";
import type { BodyHost, WorkflowMaker } from "./shape-workflow.ts";
import type { OldDeployment } from "./world.ts";

/**
 * A version that is still, or again, there for a while: it knows no workflow at all, or lacks a step and everything
 * that leads to it, as before these steps were added at the front.
 */
export function oldDeployment(
  shapes: readonly Shape[],
  host: BodyHost,
  chance: RandomStream,
  makeWorkflow: WorkflowMaker,
): OldDeployment {
  const from = chance.spread(1_000, 60_000);
  const until = from + chance.spread(60_000, 1_500_000);
  const share = chance.pick([0.5, 1]);
  if (chance.happens(0.4)) return { from, until, share, definitions: new Map() };
  const known = shapes.flatMap((shape) => {
    const missing = before(shape, chance.pick(Object.keys(shape.steps)));
    const { onError } = shape.options;
    if (Object.keys(shape.steps).every((step) => missing.has(step)) || missing.has(onError ?? "")) return [];
    return [[shape.name, makeWorkflow(shape, host, (step) => !missing.has(step))] as const];
  });
  return { from, until, share, definitions: new Map(known) };
}

/** A step and every step from which it can be reached. */
function before({ steps }: Shape, step: string): ReadonlySet<string> {
  const found = new Set([step]);
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const [name, other] of Object.entries(steps)) {
      if (successorsOf(other).some((next) => found.has(next))) found.add(name);
    }
  }
  return found;
}
