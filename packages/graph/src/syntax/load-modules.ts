import type { Node, Statement } from "@babel/types";
import { namesIn } from "../evaluate/names-in.ts";
import type { ImportedName, SourceModule, TypeDeclaration } from "../evaluate/source-module.ts";
import { GraphError } from "../graph-error.ts";
import { parseModule } from "./parse-module.ts";
import { type ReadFile, resolveImport } from "./resolve-import.ts";
import { childrenOf, isFunctionNode, walk } from "./walk.ts";

/**
 * Parses files and everything they import from files beside them. What another file imports and cannot be parsed is left
 * out: what comes from it is unknown.
 *
 * @throws GraphError `unreadable-source` when one of the given files is not there or cannot be parsed.
 */
export function loadModules(files: readonly string[], readFile: ReadFile): ReadonlyMap<string, SourceModule> {
  const modules = new Map<string, SourceModule>();
  const load = (file: string, isEntry: boolean): void => {
    if (modules.has(file)) return;
    const text = readFile(file);
    if (text === undefined)
      throw new GraphError("unreadable-source", `There is no ${file}. Name a source file.`, { file });
    const module = moduleOf(file, text, isEntry, readFile, modules);
    if (module === undefined) return;
    modules.set(file, module);
    for (const imported of module.files.values()) load(imported, false);
  };
  for (const file of files) load(file, true);
  return modules;
}

function moduleOf(
  file: string,
  text: string,
  isEntry: boolean,
  readFile: ReadFile,
  modules: ReadonlyMap<string, SourceModule>,
): SourceModule | undefined {
  const parsed = parsedOrNot(file, file.endsWith(".json") ? `export default ${text}` : text, isEntry);
  if (parsed === undefined) return undefined;
  const files = new Map<string, string>();
  walk(parsed.program, (node) => {
    for (const specifier of specifiersOf(node)) {
      const found = resolveImport(file, specifier, readFile);
      if (found !== undefined) files.set(specifier, found);
    }
    return true;
  });
  return {
    ...parsed,
    files,
    ...changedByFunctions(parsed.program.body),
    types: typesOf(parsed.program.body),
    importedTypes: importsOf(parsed.program.body, files, modules),
    exports: new Map(),
  };
}

function parsedOrNot(file: string, text: string, isEntry: boolean) {
  try {
    return parseModule(file, text);
  } catch (error) {
    if (isEntry) throw error;
    return undefined;
  }
}

function specifiersOf(node: Node): readonly string[] {
  if (node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration") return [node.source.value];
  if (node.type === "ExportNamedDeclaration") return node.source ? [node.source.value] : [];
  if (node.type === "TSImportEqualsDeclaration") {
    const { moduleReference } = node;
    return moduleReference.type === "TSExternalModuleReference" ? [moduleReference.expression.value] : [];
  }
  if (node.type === "ImportExpression") return node.source.type === "StringLiteral" ? [node.source.value] : [];
  if (node.type !== "CallExpression" || node.callee.type !== "Identifier" || node.callee.name !== "require") return [];
  const [first] = node.arguments;
  return first?.type === "StringLiteral" ? [first.value] : [];
}

function typesOf(body: readonly Statement[]): ReadonlyMap<string, TypeDeclaration> {
  const found = body.flatMap((statement): readonly TypeDeclaration[] => {
    const node = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    const isType =
      node?.type === "TSTypeAliasDeclaration" ||
      node?.type === "TSInterfaceDeclaration" ||
      node?.type === "TSEnumDeclaration";
    return isType ? [node] : [];
  });
  return new Map(found.map((node) => [node.id.name, node]));
}

function importsOf(
  body: readonly Statement[],
  files: ReadonlyMap<string, string>,
  modules: ReadonlyMap<string, SourceModule>,
): ReadonlyMap<string, ImportedName> {
  const found = new Map<string, ImportedName>();
  for (const statement of body) {
    if (statement.type !== "ImportDeclaration") continue;
    const file = files.get(statement.source.value);
    for (const specifier of statement.specifiers) {
      if (specifier.type !== "ImportSpecifier" || file === undefined) continue;
      const name = specifier.imported.type === "Identifier" ? specifier.imported.name : specifier.imported.value;
      found.set(specifier.local.name, { name, module: () => modules.get(file) });
    }
  }
  return found;
}

const changers = /^(?:push|pop|shift|unshift|splice|sort|reverse|set|add|delete|clear|fill)$/;

/** Names of the module to which its functions assign, and those whose objects they change. */
function changedByFunctions(body: readonly Statement[]): Pick<SourceModule, "reassigned" | "mutated"> {
  const reassigned = new Set<string>();
  const mutated = new Set<string>();
  const note = (target: Node, shadowed: ReadonlySet<string>): void => {
    const root = rootName(target);
    if (root !== undefined && !shadowed.has(root)) (target.type === "Identifier" ? reassigned : mutated).add(root);
  };
  const visit = (node: Node, shadowed: ReadonlySet<string> | undefined): void => {
    if (shadowed) {
      if (node.type === "AssignmentExpression") for (const target of targetsOf(node.left)) note(target, shadowed);
      if (node.type === "UpdateExpression") note(node.argument, shadowed);
      if (node.type === "UnaryExpression" && node.operator === "delete") note(node.argument, shadowed);
      if (
        node.type === "CallExpression" &&
        node.callee.type === "MemberExpression" &&
        node.callee.property.type === "Identifier" &&
        changers.test(node.callee.property.name)
      ) {
        note(node.callee, shadowed);
      }
    }
    const inner = isFunctionNode(node) ? new Set([...(shadowed ?? []), ...localNames(node)]) : shadowed;
    for (const child of childrenOf(node)) visit(child, inner);
  };
  for (const statement of body) visit(statement, undefined);
  return { reassigned, mutated };
}

function targetsOf(left: Node): readonly Node[] {
  if (left.type === "ObjectPattern")
    return left.properties.flatMap((property) =>
      targetsOf(property.type === "RestElement" ? property.argument : property.value),
    );
  if (left.type === "ArrayPattern") return left.elements.flatMap((element) => (element ? targetsOf(element) : []));
  return left.type === "AssignmentPattern" ? targetsOf(left.left) : [left];
}

function rootName(node: Node): string | undefined {
  if (node.type === "Identifier") return node.name;
  if (node.type === "MemberExpression" || node.type === "OptionalMemberExpression") return rootName(node.object);
  return node.type === "TSNonNullExpression" || node.type === "TSAsExpression" ? rootName(node.expression) : undefined;
}

/** Names that a function, or a block in it, has for itself. */
function localNames(node: Node): readonly string[] {
  const names: string[] = [];
  if ("params" in node && Array.isArray(node.params)) {
    for (const child of childrenOf(node)) names.push(...namesIn(child));
  }
  walk(node, (at) => {
    if (at !== node && isFunctionNode(at)) return false;
    if (at.type === "VariableDeclarator") names.push(...namesIn(at.id));
    return true;
  });
  return names;
}
