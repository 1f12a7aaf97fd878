import type { PathPattern } from "./path-pattern.ts";
import { foldCase, type PathToken } from "./token-match.ts";

/** How much of what one pattern matches another matches too. */
export type Cover = "all" | "some" | "none" | "unknown";

/** Pairs of states looked at before the answer is `unknown`; a pair of usual patterns has some dozens. */
const maxPairs = 20_000;

/**
 * Which of the paths that `inner` matches `outer` matches too. Exact for string paths: both are walked as automata,
 * side by side, over every canonical path at once. A RegExp is only compared with a path without parameters, with the
 * beginning of one that has some, and with a pattern for everything; otherwise `unknown`.
 */
export function coverOf(inner: PathPattern, outer: PathPattern): Cover {
  if (outer.text === "*" || outer.text === "/*") return "all";
  if (inner.tokens === undefined) return "unknown";
  const [only, ...more] = inner.tokens;
  if (outer.tokens === undefined) {
    if (only === undefined || only.kind !== "literal") return "unknown";
    if (more.length > 0) return beginsElsewhere(only.text, outer) ? "none" : "unknown";
    return outer.match(only.text) === undefined ? "none" : "all";
  }
  return walk(atomsOf(inner.tokens), atomsOf(outer.tokens));
}

/** True when the plain text that a RegExp begins with is not the one that these paths begin with. */
function beginsElsewhere(literal: string, { source }: PathPattern): boolean {
  const plain = source instanceof RegExp ? /^\^((?:\\?\/|[\w-])+)/.exec(source.source)?.[1] : undefined;
  if (plain === undefined || (source instanceof RegExp && source.source.includes("|"))) return false;
  // What follows may make the last character optional.
  const beginning = foldCase(plain.replaceAll("\\", "").slice(0, -1));
  const length = Math.min(beginning.length, literal.length);
  return beginning.slice(0, length) !== literal.slice(0, length);
}

/** One step of an automaton: a character, one of a segment, any number of those, or any number of any. */
type Atom = { readonly kind: "character"; readonly character: string } | { readonly kind: "one" | "more" | "any" };

function atomsOf(tokens: readonly PathToken[]): readonly Atom[] {
  return tokens.flatMap((token): Atom[] => {
    if (token.kind === "wildcard") return [{ kind: "any" }];
    if (token.kind === "param") return [{ kind: "one" }, { kind: "more" }];
    return token.text.split("").map((character) => ({ kind: "character", character }));
  });
}

/** Stands for every character that no pattern names. */
const otherCharacter = "\0";

interface Pair {
  readonly inner: readonly number[];
  readonly outer: readonly number[];
  /** A canonical path begins with a slash and has no two in a row. */
  readonly slash: "begin" | "just-seen" | "no";
}

function walk(inner: readonly Atom[], outer: readonly Atom[]): Cover {
  const alphabet = new Set(["/", otherCharacter]);
  for (const atom of [...inner, ...outer]) if (atom.kind === "character") alphabet.add(atom.character);
  const seen = new Set<string>();
  const open: Pair[] = [{ inner: closed(inner, [0]), outer: closed(outer, [0]), slash: "begin" }];
  let covered = false;
  let missed = false;
  for (let pair = open.pop(); pair !== undefined && !(covered && missed); pair = open.pop()) {
    const key = `${pair.inner.join()};${pair.outer.join()};${pair.slash}`;
    if (pair.inner.length === 0 || seen.has(key)) continue;
    if (seen.size > maxPairs) return "unknown";
    seen.add(key);
    if (pair.slash !== "begin" && accepts(inner, pair.inner)) {
      if (accepts(outer, pair.outer)) covered = true;
      else missed = true;
    }
    for (const character of alphabet) {
      if (character === "/" ? pair.slash === "just-seen" : pair.slash === "begin") continue;
      open.push({
        inner: step(inner, pair.inner, character),
        outer: step(outer, pair.outer, character),
        slash: character === "/" ? "just-seen" : "no",
      });
    }
  }
  if (!covered) return "none";
  return missed ? "some" : "all";
}

/** States are places between atoms; the last one stands behind the trailing slash that every pattern tolerates. */
function accepts(atoms: readonly Atom[], states: readonly number[]): boolean {
  return states.some((state) => state >= atoms.length);
}

function step(atoms: readonly Atom[], states: readonly number[], character: string): readonly number[] {
  const next = states.flatMap((state): number[] => {
    if (state === atoms.length) return character === "/" ? [state + 1] : [];
    const atom = atoms[state];
    switch (atom?.kind) {
      case undefined:
        return [];
      case "character":
        return atom.character === character ? [state + 1] : [];
      case "one":
        return character === "/" ? [] : [state + 1];
      case "more":
        return character === "/" ? [] : [state];
      case "any":
        return [state];
    }
  });
  return closed(atoms, next);
}

/** With the states that are reached without a character. */
function closed(atoms: readonly Atom[], states: readonly number[]): readonly number[] {
  const all = new Set<number>();
  for (const state of states) {
    all.add(state);
    for (let at = state; atoms[at]?.kind === "more" || atoms[at]?.kind === "any"; at += 1) all.add(at + 1);
  }
  return [...all].toSorted((a, b) => a - b);
}
