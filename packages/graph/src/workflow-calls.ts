import type { Node } from "@babel/types";
import type { FunctionNode } from "./evaluate/scope.ts";
import type { SourceModule } from "./evaluate/source-module.ts";
import { functionName } from "./syntax/function-name.ts";
import { childrenOf, isFunctionNode } from "./syntax/walk.ts";

/** A call inside of functions that creates or configures a workflow, itself or by functions that it calls. */
export interface WorkflowCall {
  readonly call: Node;
  readonly module: SourceModule;
  /** The functions around it, the outermost first. */
  readonly around: readonly [FunctionNode, ...FunctionNode[]];
}

interface NamedCall extends WorkflowCall {
  readonly callee: string;
  /** Of the functions and classes around it. */
  readonly names: readonly string[];
}

const ofWorkflow: ReadonlySet<string> = new Set(["createWorkflow", "registerWorkflow", "configure", "Workflow"]);

/**
 * Such calls of all modules. Those in functions that are nobody else's to call come first: what they hand to functions
 * with other such calls is better known than what the source tells of these alone.
 */
export function workflowCalls(modules: Iterable<SourceModule>): readonly WorkflowCall[] {
  const calls = [...modules].flatMap(callsOf);
  const creators = creatorsIn(calls);
  const found = calls.filter((call) => isWorkflowCall(call, creators));
  const isCreator = ({ around: [outermost], module }: NamedCall): boolean =>
    creators.get(module)?.has(functionName(outermost) ?? "") === true;
  return [...found.filter((call) => !isCreator(call)), ...found.filter(isCreator)];
}

function callsOf(module: SourceModule): readonly NamedCall[] {
  const found: NamedCall[] = [];
  const visit = (node: Node, around: readonly FunctionNode[], names: readonly string[]): void => {
    const [outermost, ...inner] = around;
    const isCall = node.type === "CallExpression" || node.type === "NewExpression";
    const callee = isCall ? calleeName(node) : undefined;
    if (outermost && callee !== undefined)
      found.push({ call: node, module, around: [outermost, ...inner], callee, names });
    const name = nameOf(node);
    const below = isFunction(node) ? [...around, node] : around;
    for (const child of childrenOf(node)) visit(child, below, name === undefined ? names : [...names, name]);
  };
  visit(module.program, [], []);
  return found;
}

/** Names of functions and classes with calls that create workflows, by the module that uses them under that name. */
function creatorsIn(calls: readonly NamedCall[]): ReadonlyMap<SourceModule, ReadonlySet<string>> {
  const creators = new Map<SourceModule, Set<string>>();
  const byFile = new Map(calls.map(({ module }) => [module.file, module]));
  const learn = (module: SourceModule, name: string): boolean => {
    const known = creators.get(module) ?? new Set();
    if (known.has(name)) return false;
    creators.set(module, known.add(name));
    return true;
  };
  for (let isNew = true; isNew;) {
    isNew = false;
    for (const call of calls) {
      if (!isWorkflowCall(call, creators)) continue;
      for (const name of call.names) if (learn(call.module, name)) isNew = true;
    }
    for (const module of byFile.values())
      for (const { local, from, name } of importsOf(module))
        if (creators.get(byFile.get(from) ?? module)?.has(name) && learn(module, local)) isNew = true;
  }
  return creators;
}

function isWorkflowCall(
  { call, callee, module }: NamedCall,
  creators: ReadonlyMap<SourceModule, ReadonlySet<string>>,
): boolean {
  if (ofWorkflow.has(callee)) return true;
  const isPlain = "callee" in call && call.callee.type === "Identifier";
  return isPlain && creators.get(module)?.has(callee) === true;
}

function importsOf(
  module: SourceModule,
): readonly { readonly local: string; readonly from: string; readonly name: string }[] {
  return module.program.body.flatMap((statement) => {
    const from = statement.type === "ImportDeclaration" ? module.files.get(statement.source.value) : undefined;
    if (statement.type !== "ImportDeclaration" || from === undefined) return [];
    return statement.specifiers.flatMap((specifier) => {
      if (specifier.type !== "ImportSpecifier") return [];
      const name = specifier.imported.type === "Identifier" ? specifier.imported.name : specifier.imported.value;
      return [{ local: specifier.local.name, from, name }];
    });
  });
}

function calleeName({ callee }: Extract<Node, { type: "CallExpression" | "NewExpression" }>): string | undefined {
  const name = callee.type === "MemberExpression" ? callee.property : callee;
  return name.type === "Identifier" ? name.name : undefined;
}

function nameOf(node: Node): string | undefined {
  if (isFunction(node)) return functionName(node);
  const isClass = node.type === "ClassDeclaration" || node.type === "ClassExpression";
  return isClass ? (node.id?.name ?? undefined) : undefined;
}

function isFunction(node: Node): node is FunctionNode {
  return isFunctionNode(node);
}
