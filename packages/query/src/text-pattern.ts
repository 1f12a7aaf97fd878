import { RE2JS } from "re2js";
import type { QueryBudget } from "./query-limits.ts";
import { QueryError } from "./query-error.ts";

/** Tells whether a pattern occurs in a text. */
export type TextPattern = (text: string) => boolean;

/**
 * A pattern's steps are its cost per character: repetitions like `(a?){500}` unfold into thousands. 500 steps search
 * 20,000 characters in about 50 ms.
 */
const MAX_STEPS = 500;

/** Flags that change what matches; the others of a JavaScript RegExp (`g`, `y`, `d`, `u`) change nothing here. */
const flagBits: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};
const ignoredFlags = "gyduv";

/**
 * Compiles a JavaScript pattern to a matcher whose time grows linearly with the text (RE2). V8's own linear engine is
 * no choice: it stands behind a process-wide flag and refuses the `i` flag.
 *
 * @throws QueryError `unsafe-regex` for back-references, look-around, and what is too long or no pattern;
 *   `invalid-operand` for unknown flags.
 */
export function compilePattern(source: string, flags: string, budget: QueryBudget): TextPattern {
  budget.spendPattern();
  const { patternLength } = budget.limits;
  if (source.length > patternLength) {
    throw unsafe(`is ${source.length} characters long; at most ${patternLength} are allowed`);
  }
  const compiled = compile(source, bitsOf(flags));
  if (compiled.programSize() > MAX_STEPS) throw unsafe("repeats too much; lower the counts in its braces");
  return (text) => compiled.test(text);
}

/** RE2JS reads `\k<name>` as the letter k. */
const namedReference = /(?:^|[^\\])(?:\\\\)*\\k/;

function compile(source: string, flags: number): RE2JS {
  if (namedReference.test(source)) throw unsafe("has a back-reference");
  try {
    return RE2JS.compile(RE2JS.translateRegExp(source), flags);
  } catch (cause) {
    throw unsafe(
      "cannot be matched in linear time or is no pattern; back-references and look-around are not supported",
      cause,
    );
  }
}

function bitsOf(flags: string): number {
  let bits = 0;
  for (const flag of flags) {
    const bit = Object.hasOwn(flagBits, flag) ? flagBits[flag] : undefined;
    if (bit === undefined && !ignoredFlags.includes(flag)) {
      throw new QueryError("invalid-operand", `"${flag}" is no flag of a pattern. Use i, m or s.`);
    }
    bits |= bit ?? 0;
  }
  return bits;
}

function unsafe(what: string, cause?: unknown): QueryError {
  return new QueryError(
    "unsafe-regex",
    `A pattern ${what}. Use $startsWith or $endsWith, or filter in code.`,
    {},
    { cause },
  );
}
