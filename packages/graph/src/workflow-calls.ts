import type { Node } from "@babel/types";
import type { FunctionNode } from "./evaluate/scope.ts";
import type { SourceModule } from "./evaluate/source-module.ts";
import { functionName } from "./syntax/function-name.ts";
import { childrenOf, isFunctionNode } from "./syntax/walk.ts";

/** A call inside of functions that creates or configures a workflow, or that hands on to functions which do. */
export interface WorkflowCall {
  readonly call: Node;
  readonly module: SourceModule;
  /** The functions around it, the outermost first. */
  readonly around: readonly [FunctionNode, ...FunctionNode[]];
}

interface NamedCall extends WorkflowCall {
  readonly callee: string | undefined;
  /** Of what it calls, and of what it hands over. */
  readonly given: readonly string[];
  /** Of the functions and classes around it. */
  readonly within: readonly string[];
}

const ofWorkflow: ReadonlySet<string> = new Set(["createWorkflow", "registerWorkflow", "configure", "Workflow"]);

/**
 * Such calls of all modules. Those in functions that are nobody else's to call come first: what they hand to functions
 * with other such calls is better known than what the source tells of these alone. Names tell which those are, wherever
 * they are declared: to run a function in vain harms nothing.
 */
export function workflowCalls(modules: Iterable<SourceModule>): readonly WorkflowCall[] {
  const all = [...modules];
  const calls = all.flatMap(callsOf);
  const creators = creatorsAmong(calls, all.flatMap(renamedImports));
  const found = calls.filter((call) => isWorkflowCall(call, creators));
  const isCreator = ({ around: [outermost] }: NamedCall): boolean => creators.has(functionName(outermost) ?? "");
  return [...found.filter((call) => !isCreator(call)), ...found.filter(isCreator)];
}

function callsOf(module: SourceModule): readonly NamedCall[] {
  const found: NamedCall[] = [];
  const visit = (node: Node, around: readonly FunctionNode[], within: readonly string[]): void => {
    const [outermost, ...inner] = around;
    const isCall = node.type === "CallExpression" || node.type === "NewExpression";
    if (outermost && isCall) {
      const callee = lastName(node.callee);
      const given = [callee, ...node.arguments.map(lastName)].filter((name) => name !== undefined);
      found.push({ call: node, module, around: [outermost, ...inner], callee, given, within });
    }
    const name = declaredName(node);
    const below = isFunction(node) ? [...around, node] : around;
    for (const child of childrenOf(node)) visit(child, below, name === undefined ? within : [...within, name]);
  };
  visit(module.program, [], []);
  return found;
}

/** Names of functions and classes in which workflows are created, by themselves or by others of these. */
function creatorsAmong(
  calls: readonly NamedCall[],
  renamed: readonly (readonly [from: string, to: string])[],
): ReadonlySet<string> {
  const creators = new Set<string>();
  for (let size = -1; size < creators.size;) {
    size = creators.size;
    for (const call of calls) {
      if (isWorkflowCall(call, creators)) for (const name of call.within) creators.add(name);
    }
    for (const [from, to] of renamed) if (creators.has(from)) creators.add(to);
  }
  return creators;
}

function isWorkflowCall({ callee, given }: NamedCall, creators: ReadonlySet<string>): boolean {
  return ofWorkflow.has(callee ?? "") || given.some((name) => creators.has(name));
}

/** `import { one as other }`. */
function renamedImports({ files, program }: SourceModule): readonly (readonly [from: string, to: string])[] {
  return program.body.flatMap((statement) => {
    if (statement.type !== "ImportDeclaration" || !files.has(statement.source.value)) return [];
    return statement.specifiers.flatMap((specifier) => {
      if (specifier.type !== "ImportSpecifier") return [];
      const { imported, local } = specifier;
      return [[imported.type === "Identifier" ? imported.name : imported.value, local.name] as const];
    });
  });
}

/** `make`, or what `helpers.make` ends with. */
function lastName(node: Node): string | undefined {
  const name = node.type === "MemberExpression" ? node.property : node;
  return name.type === "Identifier" ? name.name : undefined;
}

function declaredName(node: Node): string | undefined {
  if (isFunction(node)) return functionName(node);
  const isClass = node.type === "ClassDeclaration" || node.type === "ClassExpression";
  return isClass ? (node.id?.name ?? undefined) : undefined;
}

function isFunction(node: Node): node is FunctionNode {
  return isFunctionNode(node);
}
