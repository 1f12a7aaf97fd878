import { StephooksError } from "../stephooks-error.ts";
import type { RouteHandler } from "./route-handler.ts";

/** Throws `invalid-handler` unless there is at least one function and nothing else. `where` names the registration. */
export function assertFunctions(where: string, values: readonly unknown[]): asserts values is readonly RouteHandler[] {
  if (values.length > 0 && values.every((value) => typeof value === "function")) return;
  throw new StephooksError(
    "invalid-handler",
    `${where} was registered without a function, or with something that is none: look at the import it came from.`,
  );
}
