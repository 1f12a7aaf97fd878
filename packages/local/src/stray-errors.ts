import { AsyncLocalStorage } from "node:async_hooks";
import type { Logger } from "@stephooks/core";

/*
 * In Lambda an error that no promise carries (a throw in a timer or a bare callback, a rejection nobody awaited) ends the
 * process, and with it the one invocation that runs there. This process serves many requests at a time, so it stays and
 * only the invocation the error came from is ended.
 */

type EndInvocation = (error: unknown) => void;

const invocations = new AsyncLocalStorage<EndInvocation>();

/** Runs `act`; `end` hears of every stray error of what `act` began, also after it has settled. */
export function withStrayErrors<Result>(end: EndInvocation, act: () => Result): Result {
  return invocations.run(end, act);
}

/** From now on a stray error no longer ends the process. One from outside of any invocation is logged. */
export function watchStrayErrors(logger: Logger): void {
  const tell = (error: unknown): void => {
    const end = invocations.getStore();
    if (end !== undefined) return end(error);
    logger.log("error", "uncaught error outside of a request", { reason: reasonOf(error) });
  };
  process.on("uncaughtException", tell);
  process.on("unhandledRejection", tell);
}

/** What a log tells of it: with the stack, where there is one. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
