import { promisify } from "node:util";
import { counted, currentScope, type InvocationScope } from "./invocation-scope.ts";
import { watchHttp } from "./watch-http.ts";

let watching = false;

/**
 * From now on every `fetch`, `setTimeout` and request of `node:http` is counted in the invocation it was begun in. Done
 * at the first event, not at import: a program that only imports an app keeps its globals.
 */
export function watchGlobals(): void {
  if (watching) return;
  watching = true;
  watchFetch();
  watchTimeouts();
  watchHttp();
}

function watchFetch(): void {
  const original = globalThis.fetch;
  globalThis.fetch = async (...args) => {
    if (currentScope() === undefined) return original(...args);
    return countReads(await counted(() => original(...args)));
  };
}

const bodyReaders = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;

/** A response is there before its body: reading the body is the second half of the fetch. */
function countReads(response: Response): Response {
  const clone = response.clone.bind(response);
  const own: Record<string, unknown> = { clone: () => countReads(clone()) };
  for (const name of bodyReaders) {
    const read = response[name].bind<() => Promise<unknown>>(response);
    own[name] = () => counted(read);
  }
  return Object.assign(response, own);
}

/** How to stop counting a timer, by the timer itself and by its number: both can be given to clearTimeout. */
type Stops = Map<unknown, () => void>;

type Callback = (...args: unknown[]) => unknown;

function watchTimeouts(): void {
  const stops: Stops = new Map();
  const { setTimeout: original, clearTimeout, clearInterval } = globalThis;
  const watched = (callback: Callback, delay?: number, ...args: unknown[]): NodeJS.Timeout => {
    const scope = currentScope();
    // Node itself refuses what is no function.
    if (scope === undefined || typeof callback !== "function") return original(callback, delay, ...args);
    const timer = original(function run(this: unknown) {
      try {
        callback.apply(this, args);
      } finally {
        stops.get(timer)?.();
      }
    }, delay);
    countTimer(timer, scope, stops);
    return timer;
  };
  const pause: (delay?: number, value?: unknown, options?: { readonly ref?: boolean }) => Promise<unknown> =
    promisify(original);
  Object.defineProperty(watched, promisify.custom, {
    value: ((delay, value, options) =>
      options?.ref === false
        ? pause(delay, value, options)
        : counted(() => pause(delay, value, options))) satisfies typeof pause,
  });
  Object.defineProperty(globalThis, "setTimeout", { value: watched, configurable: true, writable: true });
  const stopThen =
    (clear: typeof clearTimeout): typeof clearTimeout =>
    (given) => {
      if (stops.size > 0) stops.get(typeof given === "string" ? Number(given) : given)?.();
      clear(given);
    };
  globalThis.clearTimeout = stopThen(clearTimeout);
  globalThis.clearInterval = stopThen(clearInterval);
}

/** Counts `timer` until it has fired or cannot any more. */
function countTimer(timer: NodeJS.Timeout, scope: InvocationScope, stops: Stops): void {
  let end: (() => void) | undefined = scope.begin();
  const release = (): void => {
    end?.();
    end = undefined;
  };
  const number = Number(timer);
  const stop = (): void => {
    release();
    stops.delete(timer);
    stops.delete(number);
  };
  stops.set(timer, stop).set(number, stop);

  const ref = timer.ref.bind(timer);
  const unref = timer.unref.bind(timer);
  const close = timer.close.bind(timer);
  timer.ref = () => {
    if (stops.has(timer)) end ??= scope.begin();
    return ref();
  };
  // A timer that may not keep the process alive may not keep the invocation alive either.
  timer.unref = () => {
    release();
    return unref();
  };
  timer.close = () => {
    stop();
    return close();
  };
  timer[Symbol.dispose] = () => void timer.close();
}
