import { lose } from "./assign.ts";
import { assignedIn } from "./assigned-in.ts";
import { canAsk } from "./can-ask.ts";
import { runFunction } from "./functions.ts";
import { callGlobal } from "./globals.ts";
import { reachable, taint } from "./heap.ts";
import type { Arguments, Frame, Outcome, Site, Use } from "./machine.ts";
import { callMethod } from "./methods.ts";
import { type Path, tidy } from "./path.ts";
import {
  alternatives,
  type AskerValue,
  dependence,
  DEPENDS,
  type FunctionValue,
  nothing,
  PROMISE,
  unknown,
  type Value,
} from "./value.ts";

interface At {
  readonly frame: Frame;
  readonly path: Path;
  readonly use: Use;
}

/** Calls whatever a value may be. */
export function callValue(
  callee: Value,
  args: Arguments,
  site: Site,
  frame: Frame,
  path: Path,
  use: Use,
): readonly Outcome[] {
  return alternatives(callee).flatMap((one) => callOne(one, args, site, { frame, path, use }));
}

function callOne(callee: Value, args: Arguments, site: Site, at: At): readonly Outcome[] {
  const { frame, path, use } = at;
  switch (callee.kind) {
    case "asker":
      return ask(callee, args, site, at);
    case "function":
      return runFunction(callee, args, site, { ...at, fallback: () => callUnknown([callee], args, site, at) });
    case "method":
      return callMethod(callee, args, site, at) ?? callUnknown([callee.of], args, site, at);
    case "constant":
      // Calling it throws.
      frame.exits.throws.push(path);
      return [];
    case "unknown":
      return callGlobal(callee, args, site, at) ?? callUnknown([], args, site, at, callee.depends);
    case "object":
    case "class":
    case "union":
      return callUnknown([callee], args, site, { frame, path, use });
  }
}

/** What goto and wait answer: something that is there. */
const promise = unknown(0, { path: PROMISE });

function ask(asker: AskerValue, args: Arguments, site: Site, { frame, path }: At): readonly Outcome[] {
  const { listener } = frame;
  if (listener === undefined) return [{ value: nothing, path }];
  const all: Arguments = { ...args, values: [...(asker.bound ?? []), ...args.values] };
  if (frame.isTried && path.asked === 0) frame.exits.throws.push(path);
  listener.asked(asker, all, site, path);
  if (path.late) {
    listener.askedLate(site);
    return [{ value: promise, path: { ...path, doubtful: true } }];
  }
  if (path.asked > 0 && !path.doubtful) listener.askedTwice(site);
  return [{ value: promise, path: { ...path, asked: Math.min(2, path.asked + 1) } }];
}

/** `new` of something that is not here, and calls whose result nobody knows. */
export function callAsync(callee: Value, args: Arguments, site: Site, at: At): readonly Outcome[] {
  return callUnknown(callee.kind === "unknown" ? [] : [callee], args, site, at, dependence(callee));
}

/**
 * Code that is not here: it may call the functions it was given, change the objects it was given, and throw. A goto that
 * it gets is lost.
 */
function callUnknown(held: readonly Value[], args: Arguments, site: Site, at: At, depends = 0): readonly Outcome[] {
  const { frame } = at;
  const given = [...held, ...args.values];
  let { path } = at;
  if (frame.isTried && path.asked === 0) frame.exits.throws.push(path);
  if (lose(frame, given, path, site.node)) path = { ...path, doubtful: true };
  const functions = reachable(given, path).filter((value): value is FunctionValue => value.kind === "function");
  const called = frame.listener
    ? maybeCalled(functions, site, { ...at, path })
    : runWanted(functions, site, { ...at, path });
  const result = args.values.reduce((mask, value) => mask | dependence(value), depends | DEPENDS.outside);
  return called.map((end) => ({ value: unknown(result), path: { ...taint(end, given), age: end.age + 1 } }));
}

/** Callbacks that may be called, now or later, once, twice or never. */
function maybeCalled(functions: readonly FunctionValue[], site: Site, { frame, path, use }: At): readonly Path[] {
  const isLater = use === "discarded" && !frame.insidePromise;
  // One that is not called may be the one that matters.
  const asks = canAsk(functions, path);
  let paths: readonly Path[] = [asks ? { ...path, doubtful: true } : path];
  for (const callback of functions) {
    if (!canAsk([callback], path) && !changesOthers(callback)) continue;
    const args: Arguments = { values: callback.node.params.map(() => unknown()), exact: true, nodes: [] };
    for (let time = 0; time < 2; time += 1) {
      const run = paths.flatMap((from) =>
        runFunction(callback, args, site, {
          frame: { ...frame, exits: { ...frame.exits, throws: [] } },
          path: isLater ? { ...from, late: true } : from,
          use,
          fallback: (now) => [{ value: unknown(), path: now }],
        }),
      );
      const after = run.map((outcome) => ({
        ...outcome.path,
        late: path.late,
        doubtful: outcome.path.doubtful || outcome.path.asked !== path.asked,
      }));
      paths = tidy([...paths, ...after]);
    }
  }
  return paths;
}

/** Callbacks with workflows in them: each is called once, or not. */
function runWanted(functions: readonly FunctionValue[], site: Site, { frame, path, use }: At): readonly Path[] {
  const wanted = functions.filter(({ node }) => frame.wanted?.includes(node) === true);
  return wanted.reduce<readonly Path[]>(
    (paths, callback) => {
      const args: Arguments = { values: callback.node.params.map(() => unknown()), exact: true, nodes: [] };
      const run = paths.flatMap((from) =>
        runFunction(callback, args, site, {
          frame,
          path: from,
          use,
          fallback: (at) => [{ value: unknown(), path: at }],
        }),
      );
      return tidy([...paths, ...run.map((outcome) => outcome.path)]);
    },
    [path],
  );
}

/** Whether a function assigns to variables, or changes objects, that are not its own. */
function changesOthers({ node }: FunctionValue): boolean {
  return assignedIn(node.body).length > 0;
}
