import { parse, type ParserOptions, type ParserPlugin } from "@babel/parser";
import type { Program } from "@babel/types";
import { GraphError } from "../graph-error.ts";
import { nameFunctions } from "./function-name.ts";

/** A parsed file. */
export interface ParsedModule {
  readonly file: string;
  readonly text: string;
  readonly program: Program;
}

/** @throws GraphError `unreadable-source` with the place. */
export function parseModule(file: string, text: string): ParsedModule {
  const options: ParserOptions = {
    sourceType: "unambiguous",
    plugins: pluginsFor(file),
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    allowUndeclaredExports: true,
  };
  try {
    // A declaration that is there twice is the compiler's business.
    const { program } = parse(text, { ...options, errorRecovery: true });
    nameFunctions(program);
    return { file, text, program };
  } catch (last) {
    const cause = firstFault(text, options) ?? last;
    const reason = cause instanceof Error ? cause.message.replace(/ \(\d+:\d+\)$/, "") : String(cause);
    const { column, line } = placeIn(cause);
    const message = `${file}:${line}:${column} cannot be parsed: ${reason}. Correct it.`;
    throw new GraphError("unreadable-source", message, { file, line, column }, { cause });
  }
}

/** A parser that goes on after an error throws at the last one. */
function firstFault(text: string, options: ParserOptions): unknown {
  try {
    parse(text, options);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Where the parser stopped; the beginning when it does not say. */
function placeIn(error: unknown): { readonly line: number; readonly column: number } {
  const at: unknown = error instanceof Error && "loc" in error ? error.loc : undefined;
  const read = (key: "line" | "column"): number => {
    const value: unknown = typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined;
    return typeof value === "number" ? value : 0;
  };
  return { line: Math.max(1, read("line")), column: read("column") + 1 };
}

function pluginsFor(file: string): ParserPlugin[] {
  const decorators: ParserPlugin = "decorators-legacy";
  if (/\.[mc]?ts$/.test(file)) return ["typescript", decorators];
  if (file.endsWith(".tsx")) return ["typescript", "jsx", decorators];
  return ["jsx", decorators];
}
