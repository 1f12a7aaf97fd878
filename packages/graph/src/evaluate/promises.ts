import type { Arguments, Frame, Outcome, Site, Use } from "./machine.ts";
import type { Path } from "./path.ts";
import { alternatives, nothing, unknown, type Value } from "./value.ts";

interface At {
  readonly frame: Frame;
  readonly path: Path;
  readonly use: Use;
}

/** `then`, `catch` and `finally`: of anything, for a value stands for its promise too. */
export function callPromise(
  value: Value,
  name: string,
  args: Arguments,
  site: Site,
  { before, frame, path, use }: At & { readonly before: Path },
): readonly Outcome[] {
  const [first, second] = args.values;
  // Nobody waits for it: the callbacks run when the step has gone on.
  const isLate = use === "discarded" && !frame.insidePromise;
  const run = (callback: Value | undefined, given: Value, from: Path): readonly Outcome[] => {
    if (callback === undefined || isNothing(callback)) return [{ value: given, path: from }];
    const started = isLate ? { ...from, late: true } : from;
    const called = frame.machine.call(callback, { values: [given], exact: true, nodes: [] }, site, frame, started, use);
    return called.map((outcome) => ({ value: outcome.value, path: { ...outcome.path, late: from.late } }));
  };
  if (name === "finally") return run(first, nothing, path).map(({ path: end }) => ({ value, path: end }));
  const failed: Path = { ...before, guards: path.guards | before.guards };
  if (name === "catch") return [{ value, path }, ...run(first, unknown(), failed)];
  const succeeded = run(first, value, path);
  return second === undefined ? succeeded : [...succeeded, ...run(second, unknown(), failed)];
}

function isNothing(value: Value): boolean {
  return value.kind === "constant";
}

/** `new Promise(executor)`: its callbacks are waited for when it is. One that is never resolved never goes on. */
export function newPromise(args: Arguments, site: Site, { frame, path, use }: At): readonly Outcome[] {
  const [executor] = args.values;
  if (executor?.kind !== "function") return [{ value: unknown(), path }];
  if (executor.node.params.length === 0 && use === "used") return [];
  const resolve = unknown(0, { path: "resolve" });
  const reject = unknown(0, { path: "reject" });
  const within: Frame = { ...frame, insidePromise: use === "used" || frame.insidePromise };
  const given: Arguments = { values: [resolve, reject], exact: true, nodes: [] };
  return frame.machine
    .call(executor, given, site, within, path, "used")
    .map(({ path: end }) => ({ value: unknown(), path: end }));
}

/** Functions that run a callback after a time or soon: with the time at the first or second place. */
const timers: ReadonlyMap<string, { readonly callback: number; readonly time?: number; readonly rest: number }> =
  new Map([
    ["setTimeout", { callback: 0, time: 1, rest: 2 }],
    ["setInterval", { callback: 0, time: 1, rest: 2 }],
    ["setImmediate", { callback: 0, rest: 1 }],
    ["queueMicrotask", { callback: 0, rest: 1 }],
    ["process.nextTick", { callback: 0, rest: 1 }],
  ]);

/** Timers and sleeps; undefined for other functions. */
export function callTimer(
  name: string,
  args: Arguments,
  site: Site,
  { frame, path, use }: At,
): readonly Outcome[] | undefined {
  if (name === "timers/promises.setTimeout" || name === "timers/promises.scheduler.wait") {
    return [
      { value: args.values[1] ?? nothing, path: use === "used" ? slept(args.values[0], site, frame, path) : path },
    ];
  }
  const timer = timers.get(name.replace(/^(?:globalThis|timers)\./, ""));
  const callback = timer && args.values[timer.callback];
  if (timer === undefined || callback === undefined) return undefined;
  const given: Arguments = { values: args.values.slice(timer.rest), exact: args.exact, nodes: [] };
  if (!frame.insidePromise) {
    const late = frame.machine.call(callback, given, site, frame, { ...path, late: true }, "discarded");
    // The callback runs when this code has ended: of what it does, only that it may call goto concerns the step.
    const doubtful = late.some((outcome) => outcome.path.doubtful);
    return [{ value: unknown(), path: { ...path, doubtful: path.doubtful || doubtful } }];
  }
  const awake = timer.time === undefined ? path : slept(args.values[timer.time], site, frame, path);
  const isResolve = alternatives(callback).every(
    (one) => one.kind === "unknown" && (one.path === "resolve" || one.path === "reject"),
  );
  return isResolve
    ? [{ value: unknown(), path: awake }]
    : frame.machine.call(callback, given, site, frame, awake, "used");
}

/** Adds a sleep of constant length; of several lengths the shortest, which is certain. */
function slept(time: Value | undefined, site: Site, frame: Frame, path: Path): Path {
  const times =
    time === undefined
      ? []
      : alternatives(time).map((one) => (one.kind === "constant" && typeof one.value === "number" ? one.value : 0));
  const total = path.slept + Math.min(...times, ...(times.length === 0 ? [0] : []));
  if (total > path.slept) frame.listener?.slept(total, frame.outermost ?? site);
  return { ...path, slept: total };
}
