import { readFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { formatMessagesSync, type PartialMessage } from "esbuild";

/** A place in a source file. */
export interface SourcePlace {
  /** Absolute. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** The places that a stack of V8 names, innermost first. */
export function placesOf(stack: string): readonly SourcePlace[] {
  const found = stack.matchAll(/^\s*at (?:.*\()?((?:file:\/\/)?\/?[^():\n]*[/\\][^:\n]*?):(\d+):(\d+)\)?$/gm);
  return [...found].map(([, file = "", line, column]) => ({
    file: resolve(file.startsWith("file:") ? fileURLToPath(file) : file),
    line: Number(line),
    column: Number(column),
  }));
}

/** Our packages, where they are not installed but in their repository. */
const own = resolve(import.meta.dirname, "../../..") + sep;

/** The innermost place in the app's own code: not in a package, not in what was built of it. */
export function placeInApp(stack: string): SourcePlace | undefined {
  return placesOf(stack).find(({ file }) => {
    const isForeign = /[/\\](?:node_modules|\.stephooks)[/\\]/.test(file);
    return !isForeign && !isOurs(file);
  });
}

function isOurs(file: string): boolean {
  if (!file.startsWith(own)) return false;
  return /^[^/\\]+[/\\](?:src|dist)[/\\]/.test(file.slice(own.length));
}

/** As people and editors read it, seen from the current folder. */
export function placeText({ column, file, line }: SourcePlace): string {
  return `${relative(".", file)}:${line}:${column}`;
}

/**
 * The message with the line it is about and a mark below it, as mistakes of a build are shown. The line is the one the
 * file has now, unless another is given.
 */
export function codeFrame(text: string, place: SourcePlace, lineText: string = lineOf(place)): string {
  const message: PartialMessage = {
    text,
    location: {
      file: relative(".", place.file),
      line: place.line,
      column: place.column - 1,
      lineText,
    },
  };
  return formatMessagesSync([message], { kind: "error", color: false }).join("").trimEnd();
}

/** Empty when it cannot be read: the file may have changed or gone since. */
function lineOf({ file, line }: SourcePlace): string {
  try {
    return readFileSync(file, "utf8").split("\n")[line - 1] ?? "";
  } catch {
    return "";
  }
}
