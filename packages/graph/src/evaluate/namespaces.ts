import type { Statement, TSModuleDeclaration } from "@babel/types";
import { bind } from "./declarations.ts";
import { allocate, cellOf, write } from "./heap.ts";
import type { Frame } from "./machine.ts";
import { namesIn } from "./names-in.ts";
import { lookUp } from "./names.ts";
import type { Path } from "./path.ts";
import { PROTOTYPE, record, type Value } from "./value.ts";

/** TypeScript's `namespace`: an object of what its code exports; several of one name are one object. */
export function runNamespace(node: TSModuleDeclaration, frame: Frame, path: Path): readonly Path[] {
  const names = namespaceNames(node.id);
  const isCode = node.declare !== true && node.body.type === "TSModuleBlock" && names.length > 0;
  return isCode ? runInto(names, node.body.body, frame, path) : [path];
}

/** `namespace A.B` is a B inside of an A; a module that is only declared has none. */
export function namespaceNames(id: TSModuleDeclaration["id"] | { readonly type: string }): readonly string[] {
  if ("name" in id && id.type === "Identifier") return [id.name];
  if (!("left" in id)) return [];
  return [...namespaceNames(id.left), id.right.name];
}

function runInto(
  [name = "", ...inside]: readonly string[],
  body: readonly Statement[],
  frame: Frame,
  path: Path,
): readonly Path[] {
  const slot = frame.scope.names.get(name);
  const known = slot === undefined ? undefined : path.names.get(slot);
  // A function that has members is still the function.
  if (known?.kind === "function") return [path];
  const target = known === undefined ? undefined : objectOf(known, path);
  const made = target ? { value: target, path } : allocate(frame.machine, path, record());
  const begun = target ? path : bind(name, made.value, frame, made.path);
  const inner: Frame = {
    ...frame,
    scope: {
      id: frame.machine.next(),
      module: frame.scope.module,
      parent: frame.scope,
      names: new Map(),
      isNamespace: true,
    },
  };
  // What an earlier one of the same name has exported is in scope.
  const earlier = [...(cellOf(made.value, begun)?.props ?? [])].filter(([one]) => !one.startsWith(PROTOTYPE));
  const entered = earlier.reduce((at, [one, value]) => bind(one, value, inner, at), begun);
  const ends = inside.length > 0 ? runInto(inside, body, inner, entered) : frame.machine.execute(body, inner, entered);
  const exported = inside.length > 0 ? inside.slice(0, 1) : body.flatMap(exportedNames);
  return ends.map((end) => {
    const cell = cellOf(made.value, end) ?? record();
    const props = new Map(cell.props);
    for (const one of exported) props.set(one, lookUp(one, inner.scope, end));
    return write(end, made.value, { ...cell, props });
  });
}

function objectOf(value: Value, path: Path): Value | undefined {
  if (value.kind === "class") return { kind: "object", id: value.statics };
  return cellOf(value, path) ? value : undefined;
}

function exportedNames(statement: Statement): readonly string[] {
  const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : undefined;
  switch (declaration?.type) {
    case "VariableDeclaration":
      return declaration.declarations.flatMap(({ id }) => namesIn(id));
    case "TSModuleDeclaration":
      return namespaceNames(declaration.id).slice(0, 1);
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSEnumDeclaration":
      return declaration.id ? [declaration.id.name] : [];
    default:
      return [];
  }
}
