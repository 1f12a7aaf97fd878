import type { TSEnumDeclaration, TSInterfaceDeclaration, TSTypeAliasDeclaration } from "@babel/types";
import type { ParsedModule } from "../syntax/parse-module.ts";
import type { Scope } from "./scope.ts";
import { type Cell, record, type Value } from "./value.ts";

export type TypeDeclaration = TSTypeAliasDeclaration | TSInterfaceDeclaration | TSEnumDeclaration;

/** A file of the app, and what running it has made of its names. */
export interface SourceModule extends ParsedModule {
  /** The file an import specifier means; absent for packages. */
  readonly files: ReadonlyMap<string, string>;
  /** Names that functions of it assign to. */
  readonly reassigned: ReadonlySet<string>;
  /** Names whose objects functions of it change. */
  readonly mutated: ReadonlySet<string>;
  readonly types: ReadonlyMap<string, TypeDeclaration>;
  /** What a name means that is imported from another file. */
  readonly importedTypes: ReadonlyMap<string, ImportedName>;
  /** Set when it begins to run. */
  scope?: Scope;
  readonly exports: Map<string, Value>;
}

/** What a module exports as one object: in the order of the names, as the language has it. */
export function namespaceCell({ exports }: SourceModule): Cell {
  const names = [...exports.keys()].filter((name) => name !== COMMON_JS).toSorted((a, b) => (a < b ? -1 : 1));
  return record(
    names.flatMap((name) => {
      const value = exports.get(name);
      return value ? [[name, value] as const] : [];
    }),
  );
}

/** Among the exports of a module: what `require` answers. */
export const COMMON_JS = "module.exports";

export interface ImportedName {
  readonly name: string;
  module(): SourceModule | undefined;
}
