import type { Node } from "@babel/types";
import type { FunctionNode } from "../evaluate/scope.ts";
import { walk } from "./walk.ts";

const names = new WeakMap<Node, string>();

/** Learns the names that functions get from where they stand: `const pay = async () => …`, `{ pay: () => … }`. */
export function nameFunctions(program: Node): void {
  walk(program, (node) => {
    if (node.type === "VariableDeclarator" && node.id.type === "Identifier" && node.init) give(node.init, node.id.name);
    if (node.type === "AssignmentExpression" && node.left.type === "Identifier") give(node.right, node.left.name);
    if ((node.type === "ObjectProperty" || node.type === "ClassProperty") && !node.computed && node.value)
      give(node.value, plainKey(node.key));
    return true;
  });
}

function give(value: Node, name: string | undefined): void {
  const isFunction = value.type === "ArrowFunctionExpression" || value.type === "FunctionExpression";
  if (isFunction && name !== undefined) names.set(value, name);
}

/** What `function.name` is; undefined when the source does not tell. */
export function functionName(node: FunctionNode): string | undefined {
  if ("id" in node && node.id) return node.id.name;
  return names.get(node) ?? ("key" in node && !("computed" in node && node.computed) ? plainKey(node.key) : undefined);
}

function plainKey(key: Node): string | undefined {
  if (key.type === "Identifier") return key.name;
  return key.type === "StringLiteral" ? key.value : undefined;
}
