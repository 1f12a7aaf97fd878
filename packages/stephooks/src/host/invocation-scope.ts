import { AsyncLocalStorage } from "node:async_hooks";
import { promisify } from "node:util";

/**
 * Counts what one invocation has begun and not finished. Lambda freezes the process when the handler's promise
 * settles, so an invocation may only end when this count is zero.
 */
export class InvocationScope {
  #open = 0;
  #idle: (() => void)[] = [];

  /** Notes one operation; the returned function, called once or more, notes its end. */
  begin(): () => void {
    let ended = false;
    this.#open += 1;
    return () => {
      if (ended) return;
      ended = true;
      this.#open -= 1;
      // What the operation's end sets off runs first; it may begin the next one.
      setImmediate(() => this.#announce());
    };
  }

  /** Settles when nothing is open. */
  async settled(): Promise<void> {
    while (this.#open > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #announce(): void {
    if (this.#open > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

const scopes = new AsyncLocalStorage<InvocationScope>();

/** Runs `act` so that every `fetch` and `setTimeout` begun in its async context is counted in `scope`. */
export function inScope<Result>(scope: InvocationScope, act: () => Promise<Result>): Promise<Result> {
  watchGlobals();
  return scopes.run(scope, act);
}

/** Runs `act` uncounted, as the host's own timers must be. */
export function outOfScope<Result>(act: () => Result): Result {
  return scopes.exit(act);
}

let watching = false;

/** Done at the first event, not at import: a program that only imports an app keeps its globals. */
function watchGlobals(): void {
  if (watching) return;
  watching = true;
  watchFetch();
  watchTimeouts();
}

function watchFetch(): void {
  const original = globalThis.fetch;
  globalThis.fetch = async (...args) => {
    const end = scopes.getStore()?.begin();
    try {
      return await original(...args);
    } finally {
      end?.();
    }
  };
}

function watchTimeouts(): void {
  const ends = new WeakMap<object, () => void>();
  const { setTimeout: originalSet, clearTimeout: originalClear } = globalThis;
  const watched = (callback: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) => {
    const end = scopes.getStore()?.begin();
    if (end === undefined) return originalSet(callback, delay, ...args);
    const run = (): void => {
      try {
        callback(...args);
      } finally {
        end();
      }
    };
    const timer = originalSet(run, delay);
    ends.set(timer, end);
    // A timer that may not keep the process alive may not keep the invocation alive either.
    const unref = timer.unref.bind(timer);
    timer.unref = () => {
      end();
      return unref();
    };
    return timer;
  };
  Object.defineProperty(watched, promisify.custom, { value: Reflect.get(originalSet, promisify.custom) });
  Object.defineProperty(globalThis, "setTimeout", { value: watched, configurable: true, writable: true });
  globalThis.clearTimeout = (timer) => {
    if (typeof timer === "object") ends.get(timer)?.();
    originalClear(timer);
  };
}
