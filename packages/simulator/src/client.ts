import { EngineError } from "@stephooks/engine";
import { type Ports, StateError } from "@stephooks/core";
import { portsOf } from "./sim-ports.ts";
import type { World } from "./world.ts";

/** How a client's call ended, as an onlooker sees it. */
export type ClientResult<Result> =
  | { readonly kind: "answered"; readonly result: Result }
  | { readonly kind: "refused"; readonly error: unknown }
  | { readonly kind: "died" };

/** What one client process does: the name of the action, and on what. */
export interface Call<Result> {
  readonly action: string;
  readonly on: string;
  readonly instances?: readonly string[];
  readonly boost?: number;
  readonly act: (ports: Ports) => Promise<Result>;
}

/** One client process that does one thing. */
export function client<Result>(
  world: World,
  { act, action, boost, instances = [], on }: Call<Result>,
  then: (result: ClientResult<Result>) => void,
): void {
  const process = world.spawn("client", instances, boost);
  world.note(() => `${process.name}: ${action} ${on}`);
  world.clients += 1;
  let isOver = false;
  const over = (result: ClientResult<Result>): void => {
    if (isOver) return;
    isOver = true;
    world.clients -= 1;
    world.mark(`client: ${action} ${outcomeOf(result)}`);
    world.note(() => `${process.name}: ${action} ${on} -> ${"error" in result ? String(result.error) : result.kind}`);
    then(result);
  };
  process.onDeath = () => over({ kind: "died" });
  act(portsOf(process, world)).then(
    (result) => over({ kind: "answered", result }),
    (error: unknown) => over({ kind: "refused", error }),
  );
}

function outcomeOf(result: ClientResult<unknown>): string {
  if (result.kind !== "refused") return result.kind;
  const { error } = result;
  const isAnswer = error instanceof EngineError || error instanceof StateError;
  return isAnswer ? `refused with ${error.code}` : "without an answer";
}
