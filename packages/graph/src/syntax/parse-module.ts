import { parse, type ParserPlugin } from "@babel/parser";
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
  try {
    const { program } = parse(text, {
      sourceType: "unambiguous",
      plugins: pluginsFor(file),
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      allowUndeclaredExports: true,
      // A declaration that is there twice is the compiler's business.
      errorRecovery: true,
    });
    nameFunctions(program);
    return { file, text, program };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GraphError("unreadable-source", `${file} cannot be parsed: ${reason}. Correct it.`, { file }, { cause });
  }
}

function pluginsFor(file: string): ParserPlugin[] {
  const decorators: ParserPlugin = "decorators-legacy";
  if (/\.[mc]?ts$/.test(file)) return ["typescript", decorators];
  if (file.endsWith(".tsx")) return ["typescript", "jsx", decorators];
  return ["jsx", decorators];
}
