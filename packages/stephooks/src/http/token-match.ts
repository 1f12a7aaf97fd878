/** One piece of a compiled string path. */
export type PathToken =
  /** `text` is folded with {@link foldCase}. */
  | { readonly kind: "literal"; readonly text: string }
  /** One or more characters of one segment. */
  | { readonly kind: "param"; readonly name: string }
  /** Any characters, slashes included, or none. */
  | { readonly kind: "wildcard" };

export interface TokenMatch {
  /** Undefined when the path does not match. Without a prototype, so that no name can reach one. */
  readonly params: Readonly<Record<string, string>> | undefined;
  /** Pairs of token and position that were tried: at most `(tokens + 1) * (path length + 1)`. */
  readonly attempts: number;
}

/**
 * Matches the whole of `path`, apart from one trailing slash, ignoring case as a RegExp with the flag `i` does.
 * A parameter takes as little as it can, then the following tokens decide.
 *
 * Linear in the path: what follows a parameter or wildcard is tried once per position, whatever came before, so a
 * pattern with many wildcards cannot be made to backtrack.
 */
export function matchTokens(tokens: readonly PathToken[], path: string): TokenMatch {
  const folded = foldCase(path);
  const triedEnds = tokens.map((token) => new Uint8Array(token.kind === "literal" ? 0 : path.length + 1));
  const values: string[] = [];
  let attempts = 0;

  const matchFrom = (index: number, position: number): boolean => {
    attempts += 1;
    const token = tokens[index];
    if (token === undefined) {
      return position === path.length || (position === path.length - 1 && path[position] === "/");
    }
    if (token.kind === "literal") {
      return folded.startsWith(token.text, position) && matchFrom(index + 1, position + token.text.length);
    }
    const tried = triedEnds[index];
    for (let end = token.kind === "wildcard" ? position : position + 1; end <= path.length; end += 1) {
      if (token.kind === "param" && path[end - 1] === "/") return false;
      // An earlier visit went on from here to the last possible end, and failed at all of them.
      if (tried === undefined || tried[end] === 1) return false;
      tried[end] = 1;
      if (!matchFrom(index + 1, end)) continue;
      if (token.kind === "param") values[index] = path.slice(position, end);
      return true;
    }
    return false;
  };

  return { params: matchFrom(0, 0) ? namedValues(tokens, values) : undefined, attempts };
}

/** In the order of the path; of two parameters of one name the last counts. */
function namedValues(tokens: readonly PathToken[], values: readonly string[]): Record<string, string> {
  const params: Record<string, string> = Object.create(null);
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "param") params[token.name] = values[index] ?? "";
  }
  return params;
}

/** One spelling for all cases of a text, of the same length, so that positions stay those of the original. */
export function foldCase(text: string): string {
  if (!/[\u0080-\uffff]/.test(text)) return text.toLowerCase();
  return Array.from({ length: text.length }, (_, at) => foldUnit(text.charAt(at))).join("");
}

/** As a RegExp with `i` compares: by upper case, unless that has another length or turns non-ASCII into ASCII. */
function foldUnit(unit: string): string {
  if (unit <= "\u007f") return unit.toLowerCase();
  const upper = unit.toUpperCase();
  return upper.length === 1 && upper > "\u007f" ? upper : unit;
}
