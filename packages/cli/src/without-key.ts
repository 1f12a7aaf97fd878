import type { RouteHook } from "@stephooks/core";

/** What becomes of a caller of a route who has neither key nor token, in words. */
export function withoutKey(hooks: readonly RouteHook[]): string {
  const parts = hooks.map(({ covers, path }) => {
    if (covers === "all") return `app.auth ${path} decides`;
    return covers === "some"
      ? `app.auth ${path} decides about some paths`
      : `app.auth ${path} decides where it matches`;
  });
  return isDecidedByHooks(hooks) ? parts.join(", then ") : [...parts, "refused"].join(", else ");
}

/** Whether the app's own hooks decide about every path of the route. */
export function isDecidedByHooks(hooks: readonly RouteHook[]): boolean {
  return hooks.some(({ covers }) => covers === "all");
}
