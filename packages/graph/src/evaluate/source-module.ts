import type { TSEnumDeclaration, TSInterfaceDeclaration, TSTypeAliasDeclaration } from "@babel/types";
import type { ParsedModule } from "../syntax/parse-module.ts";
import type { Scope } from "./scope.ts";
import type { Value } from "./value.ts";

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

export interface ImportedName {
  readonly name: string;
  module(): SourceModule | undefined;
}
