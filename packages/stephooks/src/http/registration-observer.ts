/**
 * Name of the global function that tools set to be told of each registered route while it is registered, when the stack
 * still says where. Lambda has none, and pays for one look.
 */
const OBSERVER = Symbol.for("stephooks.registration-observer");

/** Tells the tool that looks, if one does. */
export function announceRoute(method: string, path: string): void {
  const observer: unknown = Reflect.get(globalThis, OBSERVER);
  if (typeof observer === "function") Reflect.apply(observer, undefined, [method, path]);
}

/** What `act` registers is told to `observer`. One at a time. */
export async function observingRoutes<Result>(
  observer: (method: string, path: string) => void,
  act: () => Promise<Result>,
): Promise<Result> {
  Reflect.set(globalThis, OBSERVER, observer);
  try {
    return await act();
  } finally {
    Reflect.deleteProperty(globalThis, OBSERVER);
  }
}
