import type { Node } from "@babel/types";
import type { Engine } from "./evaluate/create-machine.ts";
import { runFunction } from "./evaluate/functions.ts";
import { FuelError } from "./evaluate/machine.ts";
import { joined, type Path, tidy } from "./evaluate/path.ts";
import type { FunctionNode } from "./evaluate/scope.ts";
import type { SourceModule } from "./evaluate/source-module.ts";
import { unknown } from "./evaluate/value.ts";
import { frameOf } from "./run-modules.ts";
import { childrenOf, isFunctionNode } from "./syntax/walk.ts";

/**
 * Runs the functions that create or configure workflows and that nothing has called while the modules ran: the callback
 * of `app.init`, a route, or one that is exported for another package. What they are given is unknown.
 */
export function runForgotten(modules: ReadonlyMap<string, SourceModule>, engine: Engine, base: Path): Path {
  let path = base;
  for (const module of modules.values()) {
    const { scope } = module;
    if (scope === undefined) continue;
    for (const { call, outermost, within } of workflowCalls(module.program)) {
      if (wasRun(call, engine)) continue;
      engine.refuel();
      try {
        const args = { values: outermost.params.map(() => unknown()), exact: true, nodes: [] };
        const outcomes = runFunction(
          { kind: "function", node: outermost, scope },
          args,
          { node: call, module },
          {
            frame: { ...frameOf(engine, scope), wanted: within },
            path,
            use: "used",
            fallback: (at) => [{ value: unknown(), path: at }],
          },
        );
        if (outcomes.length > 0) path = joined(tidy(outcomes.map((outcome) => outcome.path)));
      } catch (error) {
        if (!(error instanceof FuelError)) throw error;
      }
    }
  }
  return { ...base, names: path.names.settled(), heap: path.heap.settled() };
}

function wasRun(call: Node, { creations }: Engine): boolean {
  return creations.some(
    ({ configured, site }) => site.node === call || configured.some((one) => one.site.node === call),
  );
}

interface WorkflowCall {
  readonly call: Node;
  readonly outermost: FunctionNode;
  /** All functions around it. */
  readonly within: ReadonlySet<Node>;
}

/** Calls of createWorkflow and configure inside of functions. */
function workflowCalls(program: Node): readonly WorkflowCall[] {
  const found: WorkflowCall[] = [];
  const visit = (node: Node, around: readonly FunctionNode[]): void => {
    const [outermost] = around;
    const isCall = node.type === "CallExpression" || node.type === "NewExpression";
    if (outermost && isCall && isOfWorkflow(node.callee))
      found.push({ call: node, outermost, within: new Set(around) });
    const inner = isFunction(node) ? [...around, node] : around;
    for (const child of childrenOf(node)) visit(child, inner);
  };
  visit(program, []);
  return found;
}

function isFunction(node: Node): node is FunctionNode {
  return isFunctionNode(node);
}

const ofWorkflow: ReadonlySet<string> = new Set(["createWorkflow", "registerWorkflow", "configure", "Workflow"]);

function isOfWorkflow(callee: Node): boolean {
  const name = callee.type === "MemberExpression" ? callee.property : callee;
  return name.type === "Identifier" && ofWorkflow.has(name.name);
}
