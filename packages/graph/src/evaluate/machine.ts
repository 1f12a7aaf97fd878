import type { Expression, Node, Statement } from "@babel/types";
import type { Path } from "./path.ts";
import type { FunctionNode, Scope } from "./scope.ts";
import type { SourceModule } from "./source-module.ts";
import type { AskerValue, Inherited, Value } from "./value.ts";

/** A value with the path on which it is that. */
export interface Outcome {
  readonly value: Value;
  readonly path: Path;
}

/** Whether somebody looks at a value: a promise at which nobody looks is not awaited. */
export type Use = "used" | "discarded";

/** Where paths go that leave a function or a block by a statement. */
export interface Exits {
  readonly returns: Outcome[];
  readonly throws: Path[];
  readonly breaks: { readonly path: Path; readonly label: string | undefined }[];
  readonly continues: { readonly path: Path; readonly label: string | undefined }[];
}

export interface Frame {
  readonly machine: Machine;
  readonly scope: Scope;
  readonly exits: Exits;
  readonly self?: Value | undefined;
  /** What `super` leads to. */
  readonly inherited?: Inherited | undefined;
  /** Of an async function that nobody awaits. */
  readonly detached: boolean;
  /** What becomes of the value that the function returns. */
  readonly returned: Use;
  /** Functions that are being run, this one last. */
  readonly stack: readonly Node[];
  /** Inside of `new Promise(…)` that is awaited: its callbacks are waited for. */
  readonly insidePromise: boolean;
  /** The call in the step's own text that led here. */
  readonly outermost?: Site;
  /** Inside of `try`: a call may throw into its `catch`. */
  readonly isTried: boolean;
  /** Of a generator. */
  readonly yields?: Yields | undefined;
  /** Takes what a step asks for; absent while a module runs. */
  readonly listener?: StepListener;
  /**
   * Functions around a call that is to be reached, the outermost first: each is run when code that is not here gets it,
   * or when nothing has called it at the end of the one around it.
   */
  readonly wanted?: readonly FunctionNode[];
}

/** Of a variable its slot; of an object its cell, and the property when the source tells it. */
export interface KeptChange {
  readonly slot?: number;
  readonly cell?: number;
  readonly name?: string | undefined;
  /** Absent when it may be anything. */
  readonly value?: Value;
}

/** What a generator has yielded. */
export interface Yields {
  readonly list: Value;
  /** After each `yield`, where whoever takes the items may stop. */
  readonly stops: Path[];
}

export interface Site {
  readonly node: Node;
  readonly module: SourceModule;
}

/** What is told about a step while its code is followed. */
export interface StepListener {
  /** A call of goto or wait. */
  asked(asker: AskerValue, args: Arguments, site: Site, path: Path): void;
  /** goto or wait went somewhere where it cannot be followed. */
  lost(site: Site, path: Path): void;
  /** A second call on one path. */
  askedTwice(site: Site): void;
  /** A call in code that nobody awaits. */
  askedLate(site: Site): void;
  /** A variable or an object got a value: one that was there before the step keeps it. */
  changed(change: KeptChange): void;
  /** The sleeps of one path, all together. */
  slept(milliseconds: number, site: Site): void;
}

export interface Arguments {
  readonly values: readonly Value[];
  /** False when a spread stands for an unknown number of them. */
  readonly exact: boolean;
  readonly nodes: readonly Node[];
}

/** A call of createWorkflow. */
export interface Creation {
  readonly args: Arguments;
  readonly site: Site;
  readonly path: Path;
  /** What `configure` was given afterwards. */
  readonly configured: { readonly value: Value; readonly path: Path; readonly site: Site }[];
}

/** The parts of the interpreter, for one another: they are in files that do not import each other. */
export interface Machine {
  /** What an expression may be, one outcome for each path it splits into. */
  evaluate(node: Expression, frame: Frame, path: Path, use?: Use): readonly Outcome[];
  /** Runs statements; answers the paths that come to their end. */
  execute(statements: readonly Statement[], frame: Frame, path: Path): readonly Path[];
  /** Calls a value. */
  call(callee: Value, args: Arguments, site: Site, frame: Frame, path: Path, use: Use): readonly Outcome[];
  /** Splits a path by a condition. */
  decide(test: Expression, frame: Frame, path: Path): Decision;
  /** Calls of createWorkflow that were come by. */
  readonly creations: Creation[];
  /** Calls that were evaluated, and functions that were run. */
  readonly reached: Set<Node>;
  module(file: string): SourceModule | undefined;
  /** A number nothing else has: of a slot, a cell or a scope. */
  next(): number;
  /** Counts one node. @throws FuelError when a step is too large to be followed. */
  burn(): void;
}

export interface Decision {
  readonly yes: readonly Path[];
  readonly no: readonly Path[];
}

/** The code is larger, or more entangled, than can be followed. */
export class FuelError extends Error {
  override readonly name = "FuelError";
}
