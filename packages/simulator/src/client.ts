import type { Ports } from "@stephooks/core";
import { portsOf } from "./sim-ports.ts";
import type { World } from "./world.ts";

/** How a client's call ended, as an onlooker sees it. */
export type ClientResult<Result> =
  | { readonly kind: "answered"; readonly result: Result }
  | { readonly kind: "refused"; readonly error: unknown }
  | { readonly kind: "died" };

/** One client process that does one thing. */
export function client<Result>(
  world: World,
  what: string,
  act: (ports: Ports) => Promise<Result>,
  then: (result: ClientResult<Result>) => void,
): void {
  const process = world.spawn("client", 1);
  world.note(() => `${process.name}: ${what}`);
  world.clients += 1;
  let isOver = false;
  const over = (result: ClientResult<Result>): void => {
    if (isOver) return;
    isOver = true;
    world.clients -= 1;
    world.note(() => `${process.name}: ${what} -> ${result.kind === "refused" ? String(result.error) : result.kind}`);
    then(result);
  };
  process.onDeath = () => over({ kind: "died" });
  act(portsOf(process, world)).then(
    (result) => over({ kind: "answered", result }),
    (error: unknown) => over({ kind: "refused", error }),
  );
}
