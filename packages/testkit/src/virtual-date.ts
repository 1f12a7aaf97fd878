import { AsyncLocalStorage } from "node:async_hooks";

const times = new AsyncLocalStorage<() => number>();
const ours = new WeakSet<DateConstructor>();

/**
 * Runs `act` so that `Date.now()`, `new Date()` and `Date()` tell the time of `now` in all that it begins. Everything
 * else in the process goes on seeing the machine's time, and so do timers.
 */
export function withVirtualDate<Result>(now: () => number, act: () => Result): Result {
  // Fake timers of a test library may have come, or gone, since.
  if (!ours.has(globalThis.Date)) globalThis.Date = aware(globalThis.Date);
  return times.run(now, act);
}

/** `original`, but for callers within {@link withVirtualDate}. */
function aware(original: DateConstructor): DateConstructor {
  const now = (): number => times.getStore()?.() ?? original.now();
  const proxy: DateConstructor = new Proxy(original, {
    apply: () => new original(now()).toString(),
    construct: (target, given, newTarget) => {
      const made: unknown = Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget);
      return Object(made);
    },
    get: (target, name, receiver) => (name === "now" && times.getStore() ? now : Reflect.get(target, name, receiver)),
  });
  ours.add(proxy);
  return proxy;
}
