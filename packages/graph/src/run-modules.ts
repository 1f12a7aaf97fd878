import type {
  ExportDefaultDeclaration,
  ExportNamedDeclaration,
  ImportDeclaration,
  Node,
  Statement,
} from "@babel/types";
import { assignTo } from "./evaluate/assign.ts";
import { required } from "./evaluate/calls.ts";
import { bind, hoist } from "./evaluate/declarations.ts";
import type { Engine } from "./evaluate/create-machine.ts";
import { noExits } from "./evaluate/functions.ts";
import { allocate } from "./evaluate/heap.ts";
import { type Frame, FuelError } from "./evaluate/machine.ts";
import { namesIn } from "./evaluate/names-in.ts";
import { lookUp, taintMutated } from "./evaluate/names.ts";
import { namespaceNames } from "./evaluate/namespaces.ts";
import { firstPath, joined, type Path, settled, tidy } from "./evaluate/path.ts";
import type { Scope } from "./evaluate/scope.ts";
import { COMMON_JS, namespaceCell, type SourceModule } from "./evaluate/source-module.ts";
import { DEPENDS, nothing, record, unionOf, unknown, type Value } from "./evaluate/value.ts";

/** Runs the modules as Node would: those that are imported first. Answers what all their names hold at the end. */
export function runModules(files: readonly string[], modules: ReadonlyMap<string, SourceModule>, engine: Engine): Path {
  let path = firstPath;
  const begun = new Set<string>();
  const run = (file: string): void => {
    const module = modules.get(file);
    if (module === undefined || begun.has(file)) return;
    begun.add(file);
    for (const imported of module.files.values()) run(imported);
    path = runModule(module, engine, path);
  };
  for (const module of modules.values()) begin(module, engine);
  for (const file of files) run(file);
  // Files that import each other see in the end what the other one has exported.
  for (const { program, scope } of modules.values())
    if (scope) path = importAll(program.body, frameOf(engine, scope), path);
  const scopes = [...modules.values()].flatMap(({ scope }) => scope ?? []);
  const end = scopes.reduce((at, scope) => taintMutated(scope, at), path);
  return settled(end);
}

/** Functions are there before any module runs: files that import each other find them. */
function begin(module: SourceModule, engine: Engine): void {
  const scope: Scope = { id: engine.next(), module, names: new Map() };
  module.scope = scope;
  for (const statement of module.program.body) {
    const node = statement.type === "ExportNamedDeclaration" ? statement.declaration : undefined;
    if (node?.type === "FunctionDeclaration" && node.id)
      module.exports.set(node.id.name, { kind: "function", node, scope });
    if (statement.type === "ExportDefaultDeclaration" && statement.declaration.type === "FunctionDeclaration")
      module.exports.set("default", { kind: "function", node: statement.declaration, scope });
  }
}

function runModule(module: SourceModule, engine: Engine, path: Path): Path {
  const { scope } = module;
  if (scope === undefined) return path;
  const frame = frameOf(engine, scope);
  engine.refuel();
  const { body } = module.program;
  let paths: readonly Path[] = [bindCommonJs(frame, importAll(body, frame, path))];
  try {
    paths = [...paths].map((at) => hoist(body, frame, at));
    for (const statement of body) {
      const next = tidy(paths.flatMap((at) => runStatement(statement, frame, at)));
      // A module that leaves early leaves what it has made so far.
      if (next.length > 0) paths = [joined(next)];
    }
  } catch (error) {
    if (!(error instanceof FuelError)) throw error;
  }
  return collectExports(module, frame, joined(paths));
}

export function frameOf(machine: Engine, scope: Scope): Frame {
  return {
    machine,
    scope,
    exits: noExits(),
    detached: false,
    returned: "used",
    stack: [],
    insidePromise: false,
    isTried: false,
  };
}

function importAll(body: readonly Statement[], frame: Frame, path: Path): Path {
  return body.reduce(
    (at, statement) => (statement.type === "ImportDeclaration" ? importOne(statement, frame, at) : at),
    path,
  );
}

function importOne({ source, specifiers }: ImportDeclaration, frame: Frame, path: Path): Path {
  const file = frame.scope.module.files.get(source.value);
  const module = file === undefined ? undefined : frame.machine.module(file);
  return specifiers.reduce((at, specifier) => {
    if (specifier.type === "ImportNamespaceSpecifier") {
      const whole = module
        ? allocate(frame.machine, at, namespaceCell(module))
        : { value: outside(source.value), path: at };
      return bind(specifier.local.name, whole.value, frame, whole.path);
    }
    const name = specifier.type === "ImportDefaultSpecifier" ? "default" : nameOf(specifier.imported);
    return bind(specifier.local.name, module ? exported(module, name) : outside(source.value, name), frame, at);
  }, path);
}

function exported(module: SourceModule, name: string): Value {
  const found = module.exports.get(name);
  // A module in CommonJS is its default export.
  return found ?? (name === "default" ? module.exports.get(COMMON_JS) : undefined) ?? unknown();
}

/** Something of a package: known by its name. */
function outside(specifier: string, name?: string): Value {
  const plain = specifier.replace(/^node:/, "");
  return unknown(DEPENDS.outside, { path: name === undefined || name === "default" ? plain : `${plain}.${name}` });
}

function nameOf(node: Node): string {
  return node.type === "Identifier" ? node.name : node.type === "StringLiteral" ? node.value : "";
}

function runStatement(statement: Statement, frame: Frame, path: Path): readonly Path[] {
  switch (statement.type) {
    case "ImportDeclaration":
    case "FunctionDeclaration":
      return [path];
    case "TSImportEqualsDeclaration": {
      const { id, moduleReference } = statement;
      if (moduleReference.type !== "TSExternalModuleReference") return [path];
      const whole = required(moduleReference.expression.value, frame, path);
      return [bind(id.name, whole.value, frame, whole.path)];
    }
    case "TSExportAssignment":
      return frame.machine.evaluate(statement.expression, frame, path).map((one) => {
        frame.scope.module.exports.set(COMMON_JS, one.value);
        return one.path;
      });
    case "ExportNamedDeclaration": {
      const { declaration } = statement;
      const isCode = /^(?:VariableDeclaration|ClassDeclaration|TSModuleDeclaration)$/.test(declaration?.type ?? "");
      return declaration && isCode ? runPlain(declaration, frame, path) : [path];
    }
    case "ExportDefaultDeclaration":
      return exportDefault(statement, frame, path);
    default:
      return runPlain(statement, frame, path);
  }
}

/** Its names are declared already. */
function runPlain(statement: Statement, frame: Frame, path: Path): readonly Path[] {
  if (statement.type !== "VariableDeclaration") return frame.machine.execute([statement], frame, path);
  if (statement.declare === true) return [path];
  return statement.declarations.reduce<readonly Path[]>(
    (paths, { id, init }) => {
      if (!init)
        return statement.kind === "var" ? paths : paths.flatMap((at) => assignTo(id, nothing, frame, at, statement));
      return paths.flatMap((at) =>
        frame.machine.evaluate(init, frame, at).flatMap((one) => assignTo(id, one.value, frame, one.path, statement)),
      );
    },
    [path],
  );
}

function exportDefault({ declaration }: ExportDefaultDeclaration, frame: Frame, path: Path): readonly Path[] {
  const { exports } = frame.scope.module;
  if (declaration.type === "ClassDeclaration") {
    const ends = frame.machine.execute([declaration], frame, path);
    const [end] = ends;
    if (declaration.id && end) exports.set("default", lookUp(declaration.id.name, frame.scope, end));
    return ends;
  }
  if (
    declaration.type === "FunctionDeclaration" ||
    declaration.type === "TSDeclareFunction" ||
    declaration.type === "TSInterfaceDeclaration" ||
    declaration.type === "StructDeclaration" ||
    declaration.type === "EnumDeclaration"
  )
    return [path];
  const outcomes = frame.machine.evaluate(declaration, frame, path);
  exports.set("default", unionOf(outcomes.map(({ value }) => value)));
  return outcomes.map((outcome) => outcome.path);
}

function collectExports(module: SourceModule, frame: Frame, path: Path): Path {
  let end = path;
  for (const statement of module.program.body) {
    if (statement.type === "ExportAllDeclaration") {
      const from = frame.machine.module(module.files.get(statement.source.value) ?? "");
      for (const [name, value] of from?.exports ?? []) if (name !== "default") module.exports.set(name, value);
    }
    if (statement.type === "ExportNamedDeclaration") end = collectNamed(statement, module, frame, end);
  }
  const commonJs = frame.scope.names.get("module");
  const holder = commonJs === undefined ? undefined : path.names.get(commonJs);
  const whole = holder?.kind === "object" ? path.heap.get(holder.id)?.props.get("exports") : undefined;
  const cell = whole?.kind === "object" ? path.heap.get(whole.id) : undefined;
  if (whole === undefined || (cell && cell.props.size === 0)) return end;
  module.exports.set(COMMON_JS, whole);
  for (const [name, value] of cell?.props ?? []) if (!module.exports.has(name)) module.exports.set(name, value);
  return end;
}

function collectNamed(statement: ExportNamedDeclaration, module: SourceModule, frame: Frame, path: Path): Path {
  let end = path;
  const from = statement.source ? frame.machine.module(module.files.get(statement.source.value) ?? "") : undefined;
  for (const specifier of statement.specifiers) {
    if (specifier.type === "ExportNamespaceSpecifier" && from) {
      const whole = allocate(frame.machine, end, namespaceCell(from));
      module.exports.set(nameOf(specifier.exported), whole.value);
      end = whole.path;
    }
    if (specifier.type !== "ExportSpecifier") continue;
    const local = nameOf(specifier.local);
    const value = statement.source ? (from ? exported(from, local) : unknown()) : lookUp(local, frame.scope, path);
    module.exports.set(nameOf(specifier.exported), value);
  }
  const { declaration } = statement;
  if (declaration === null || declaration === undefined) return end;
  const names = [...frame.scope.names.keys()].filter((name) => declares(declaration, name));
  for (const name of names) module.exports.set(name, lookUp(name, frame.scope, path));
  return end;
}

function declares(declaration: Node, name: string): boolean {
  if (declaration.type === "TSModuleDeclaration") return namespaceNames(declaration.id)[0] === name;
  if ("id" in declaration && typeof declaration.id === "object" && declaration.id !== null)
    return nameOf(declaration.id) === name;
  return (
    declaration.type === "VariableDeclaration" && declaration.declarations.some(({ id }) => namesIn(id).includes(name))
  );
}

/** `module.exports` and `exports`, which are the same object. */
function bindCommonJs(frame: Frame, path: Path): Path {
  const exports = allocate(frame.machine, path, record());
  const module = allocate(frame.machine, exports.path, record([["exports", exports.value]]));
  return bind("exports", exports.value, frame, bind("module", module.value, frame, module.path));
}
