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
 * Runs the functions that create workflows and that nothing has called while the modules ran: one that is exported for
 * another package, say. What they are given is unknown.
 */
export function runForgotten(modules: ReadonlyMap<string, SourceModule>, engine: Engine, base: Path): Path {
  let path = base;
  for (const module of modules.values()) {
    const { scope } = module;
    if (scope === undefined) continue;
    for (const { call, within } of creatingFunctions(module.program)) {
      if (engine.creations.some(({ site }) => site.node === call)) continue;
      engine.refuel();
      try {
        const args = { values: within.params.map(() => unknown()), exact: true, nodes: [] };
        const outcomes = runFunction(
          { kind: "function", node: within, scope },
          args,
          { node: call, module },
          {
            frame: frameOf(engine, scope),
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

/** Calls of createWorkflow, each with the outermost function around it. */
function creatingFunctions(program: Node): readonly { readonly call: Node; readonly within: FunctionNode }[] {
  const found: { readonly call: Node; readonly within: FunctionNode }[] = [];
  const visit = (node: Node, within: FunctionNode | undefined): void => {
    if (within && node.type === "CallExpression" && isCreation(node.callee)) found.push({ call: node, within });
    const outer = within ?? (isFunction(node) ? node : undefined);
    for (const child of childrenOf(node)) visit(child, outer);
  };
  visit(program, undefined);
  return found;
}

function isFunction(node: Node): node is FunctionNode {
  return isFunctionNode(node);
}

function isCreation(callee: Node): boolean {
  const name = callee.type === "MemberExpression" ? callee.property : callee;
  return name.type === "Identifier" && (name.name === "createWorkflow" || name.name === "registerWorkflow");
}
