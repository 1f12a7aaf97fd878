import type { Engine } from "./evaluate/create-machine.ts";
import { runFunction } from "./evaluate/functions.ts";
import { FuelError } from "./evaluate/machine.ts";
import { joined, type Path, settled, tidy } from "./evaluate/path.ts";
import type { SourceModule } from "./evaluate/source-module.ts";
import { unknown } from "./evaluate/value.ts";
import { frameOf } from "./run-modules.ts";
import { type WorkflowCall, workflowCalls } from "./workflow-calls.ts";

/**
 * Runs the functions that create or configure workflows and that nothing has called while the modules ran: the callback
 * of `app.init`, a route, or one that is exported for another package. What they are given is unknown.
 */
export function runForgotten(modules: ReadonlyMap<string, SourceModule>, engine: Engine, base: Path): Path {
  return workflowCalls(modules.values()).reduce(
    (path, call) => (engine.reached.has(call.call) ? path : settled(runAround(call, engine, path))),
    base,
  );
}

/** Runs the outermost of the functions around a call, and those inside that code which is not here gets. */
function runAround({ around, call, module }: WorkflowCall, engine: Engine, path: Path): Path {
  const { scope } = module;
  if (scope === undefined) return path;
  const [outermost] = around;
  engine.refuel();
  try {
    const outcomes = runFunction(
      { kind: "function", node: outermost, scope },
      { values: outermost.params.map(() => unknown()), exact: true, nodes: [] },
      { node: call, module },
      {
        frame: { ...frameOf(engine, scope), wanted: around },
        path,
        use: "used",
        fallback: (at) => [{ value: unknown(), path: at }],
      },
    );
    return outcomes.length > 0 ? joined(tidy(outcomes.map((outcome) => outcome.path))) : path;
  } catch (error) {
    if (!(error instanceof FuelError)) throw error;
    return path;
  }
}
