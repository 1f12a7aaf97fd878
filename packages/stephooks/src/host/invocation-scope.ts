import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Counts what one invocation has begun and not finished. Lambda freezes the process when the handler's promise
 * settles, so an invocation may only end when this count is zero.
 */
export class InvocationScope {
  /** Until when its work may go on, epoch milliseconds. */
  readonly endsAt: number;
  #open = 0;
  #idle: (() => void)[] = [];

  constructor(endsAt = Infinity) {
    this.endsAt = endsAt;
  }

  /** Notes one operation; the returned function, called once or more, notes its end. */
  begin(): () => void {
    let ended = false;
    this.#open += 1;
    return () => {
      if (ended) return;
      ended = true;
      this.#open -= 1;
      // What the operation's end sets off runs first; it may begin the next one.
      if (this.#open === 0) setImmediate(() => this.#announce());
    };
  }

  /** Settles when nothing is open, and nothing that is about to run can open anything. */
  async settled(): Promise<void> {
    // Promises that continue now may be on their way to the next operation.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#open > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #announce(): void {
    if (this.#open > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

const scopes = new AsyncLocalStorage<InvocationScope>();

/** Runs `act` so that every counted operation begun in its async context is counted in `scope`. */
export function inScope<Result>(scope: InvocationScope, act: () => Promise<Result>): Promise<Result> {
  return scopes.run(scope, act);
}

/** The scope this code runs in; undefined outside of an invocation. */
export function currentScope(): InvocationScope | undefined {
  return scopes.getStore();
}

/** Runs one operation, counted in the scope it was begun in. */
export async function counted<Result>(act: () => Promise<Result>): Promise<Result> {
  const end = currentScope()?.begin();
  try {
    return await act();
  } finally {
    end?.();
  }
}
