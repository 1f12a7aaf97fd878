import type { Ports } from "@stephooks/core";
import { startInstance, type StepFunction, updateInstance, type WorkflowDefinition } from "@stephooks/engine";
import type { EmulatedWorld } from "./emulated-world.ts";
import type { EndedInstance } from "./judge.ts";

/** A step that ends its instance. */
export const end: StepFunction = (_state, goto) => goto(null);

/** A step that adds keys and goes on. */
export function set(next: string | null, patch: object): StepFunction {
  return (state, goto) => goto(next, { ...state, ...patch });
}

/** A client starts an instance; the ids it was told of. */
export async function start(
  world: EmulatedWorld,
  workflow: WorkflowDefinition,
  state: object,
  id?: string,
): Promise<readonly string[]> {
  const request = { workflow, state, ...(id === undefined ? {} : { id }) };
  const started = await world.client((ports) => startInstance(request, ports));
  return started === undefined ? [] : [started.head.id];
}

/** An id of the run's own, known to its clients whether or not they heard of the start. */
export function storyId(world: EmulatedWorld): string {
  return `story-${world.seed}`;
}

/** A client that is told to try again until somebody has heard it; whether somebody has. */
export async function insist(world: EmulatedWorld, act: (ports: Ports) => Promise<unknown>): Promise<boolean> {
  for (let attempt = 0; attempt < 3 && (await world.stack.scan()).length > 0; attempt++) {
    if (await world.client(act)) return true;
    await world.settle();
  }
  return false;
}

/** Answers the wait of the run's own instance. */
export function answer(world: EmulatedWorld, state: object): Promise<boolean> {
  return insist(world, (ports) => updateInstance(storyId(world), state, true, ports));
}

/** Complaints when an instance did not end like this. */
export function expectEnd(instance: EndedInstance, status: string, path: string, state?: object): readonly string[] {
  const [actual, wanted] = [instance.state, state ?? instance.state].map((value) =>
    JSON.stringify(Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))),
  );
  return [
    ...(instance.status === status ? [] : [`ended ${instance.status} (${instance.failure}), expected ${status}`]),
    ...(instance.path.join(" ") === path ? [] : [`I2: went "${instance.path.join(" ")}", expected "${path}"`]),
    ...(actual === wanted ? [] : [`state is ${actual}, expected ${wanted}`]),
  ];
}
