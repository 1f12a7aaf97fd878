import type { ClassDeclaration, FunctionDeclaration, Node, Statement } from "@babel/types";
import { childrenOf, isFunctionNode } from "../syntax/walk.ts";
import { enumMembers } from "../types/literals-of.ts";
import { classValue } from "./classes.ts";
import { allocate } from "./heap.ts";
import type { Frame } from "./machine.ts";
import { namesIn } from "./names-in.ts";
import { setSlot } from "./names.ts";
import type { Path } from "./path.ts";
import type { Scope } from "./scope.ts";
import { constant, record } from "./value.ts";

/** Names of parameters and of every `var` in a function, before it runs. */
export function declareAll(node: Extract<Node, { params: unknown }>, frame: Frame, path: Path): Path {
  if ("params" in node && Array.isArray(node.params)) {
    for (const parameter of node.params) if (isNode(parameter)) declareNames(parameter, frame);
  }
  if ("body" in node && isNode(node.body)) declareVars(node.body, frame);
  return path;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

function declareNames(pattern: Node, frame: Frame): void {
  for (const name of namesIn(pattern)) frame.scope.names.set(name, frame.machine.next());
}

function declareVars(node: Node, frame: Frame): void {
  for (const child of childrenOf(node)) {
    if (isFunctionNode(child)) continue;
    if (child.type === "VariableDeclaration" && child.kind === "var") {
      for (const { id } of child.declarations) {
        for (const name of namesIn(id))
          if (!frame.scope.names.has(name)) frame.scope.names.set(name, frame.machine.next());
      }
    }
    declareVars(child, frame);
  }
}

/** Declares the names of a block, functions and enums with their values. */
export function hoist(statements: readonly Statement[], frame: Frame, path: Path): Path {
  // `var` anywhere in a module is a name of the whole module.
  if (frame.scope.parent === undefined) for (const statement of statements) declareVars(statement, frame);
  const plain = statements.map((statement) => declarationIn(statement));
  for (const node of plain) {
    if (node === undefined) continue;
    if (node.type === "VariableDeclaration" && (node.kind !== "var" || frame.scope.parent === undefined))
      for (const { id } of node.declarations) declareNames(id, frame);
    if (node.type === "ClassDeclaration" && node.id) declareNames(node.id, frame);
  }
  return plain.reduce((at, node) => {
    if (node?.type === "FunctionDeclaration" && node.id) return bindFunction(node, node.id.name, frame, at);
    if (node?.type !== "TSEnumDeclaration") return at;
    const members = [...enumMembers(node.body)].flatMap(([name, value]) => [
      [name, constant(value)] as const,
      // A number leads back to the name.
      ...(typeof value === "number" ? [[String(value), constant(name)] as const] : []),
    ]);
    const { path: end, value } = allocate(frame.machine, at, record(members));
    return bind(node.id.name, value, frame, end);
  }, path);
}

function bindFunction(node: FunctionDeclaration, name: string, frame: Frame, path: Path): Path {
  return bind(name, { kind: "function", node, scope: frame.scope }, frame, path);
}

/** A name of this very scope. */
export function bind(name: string, value: Parameters<typeof setSlot>[1], frame: Frame, path: Path): Path {
  const slot = frame.scope.names.get(name) ?? frame.machine.next();
  frame.scope.names.set(name, slot);
  return setSlot(slot, value, path);
}

/** The declaration a statement is or exports. */
function declarationIn(statement: Statement): Statement | undefined {
  if (statement.type === "ExportNamedDeclaration") return statement.declaration ?? undefined;
  if (statement.type !== "ExportDefaultDeclaration") return statement;
  const { declaration } = statement;
  return declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration"
    ? declaration
    : undefined;
}

export function bindClass(node: ClassDeclaration, frame: Frame, path: Path): Path {
  const { path: at, value } = classValue(node, frame, path);
  return node.id ? bind(node.id.name, value, frame, at) : at;
}

export function childScope(frame: Frame): Frame {
  const scope: Scope = { id: frame.machine.next(), module: frame.scope.module, parent: frame.scope, names: new Map() };
  return { ...frame, scope };
}
