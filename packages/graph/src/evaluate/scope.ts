import type {
  ArrowFunctionExpression,
  ClassMethod,
  ClassPrivateMethod,
  FunctionDeclaration,
  FunctionExpression,
  ObjectMethod,
} from "@babel/types";
import type { SourceModule } from "./source-module.ts";

export type FunctionNode =
  | ArrowFunctionExpression
  | FunctionDeclaration
  | FunctionExpression
  | ObjectMethod
  | ClassMethod
  | ClassPrivateMethod;

/** The names of one run of a block or function; what they hold is in the path. */
export interface Scope {
  readonly id: number;
  readonly module: SourceModule;
  readonly parent?: Scope;
  /** Slot of each name. */
  readonly names: Map<string, number>;
  /** Of a `namespace`: as a module's, its functions may change its names at any time. */
  readonly isNamespace?: boolean;
}

/** The slot of a name, from inside to outside. */
export function slotOf(scope: Scope, name: string): number | undefined {
  return owner(scope, name)?.names.get(name);
}

/** The scope that has a name. */
export function owner(scope: Scope, name: string): Scope | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) if (at.names.has(name)) return at;
  return undefined;
}
