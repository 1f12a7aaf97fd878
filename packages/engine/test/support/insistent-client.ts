import type { Ports } from "@stephooks/core";
import { updateInstance } from "../../src/update-instance.ts";
import type { World } from "./world.ts";

/** Known to the clients whether or not they heard of the start. */
export const ID = "story";

/** True when the start that a client may not have heard of took effect. */
async function isThere(world: World): Promise<boolean> {
  return (await world.store.read([ID])).has(ID);
}

/** A client that is told to try again until somebody has heard it. */
export async function insist(world: World, act: (ports: Ports) => Promise<unknown>): Promise<void> {
  for (let attempt = 0; attempt < 3 && (await isThere(world)); attempt++) {
    if (await world.client(act)) return;
    await world.settle();
  }
}

export function answer(world: World, state: object): Promise<void> {
  return insist(world, (ports) => updateInstance(ID, state, true, ports));
}
