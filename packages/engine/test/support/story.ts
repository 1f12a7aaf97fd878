import type { StepFunction } from "../../src/step-function.ts";
import type { World } from "./world.ts";

/** A step that adds keys and goes on. */
export const set = (next: string | null, patch: object): StepFunction => {
  return (state, goto) => goto(next, { ...state, ...patch });
};

export function numberIn(state: object, key: string): number {
  const value: unknown = Reflect.get(state, key);
  return typeof value === "number" ? value : 0;
}

/** A client starts an instance; the ids it was told of. */
export async function start(world: World, workflow: string, state: object, id?: string): Promise<readonly string[]> {
  const definition = world.definitions.get(workflow);
  if (!definition) throw new TypeError(`no workflow ${workflow}`);
  const started = await world.client((ports, startInstance) =>
    startInstance({ workflow: definition, state, ...(id ? { id } : {}) }, ports),
  );
  return started ? [started.head.id] : [];
}
