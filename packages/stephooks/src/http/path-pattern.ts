import { StephooksError } from "../stephooks-error.ts";
import { foldCase, matchTokens, type PathToken } from "./token-match.ts";

/** What a path's `:name` parts stood for, decoded. Has no prototype. */
export type PathParams = Readonly<Record<string, string>>;

/** A path as `app.get`, `app.auth` and `app.use` take it. */
export type PathSource = string | RegExp;

/** A RegExp of our own, and the path that its user wrote or would write for it. */
export interface ShownPath {
  readonly matches: RegExp;
  readonly shown: string;
}

export interface PathPattern {
  /** Equal for two registrations of the same path, different for all others. */
  readonly key: string;
  /** As registered. */
  readonly source: PathSource;
  /** As registered, for people; a RegExp of the app between slashes with its flags. */
  readonly text: string;
  /** What it is made of; undefined for a RegExp. */
  readonly tokens: readonly PathToken[] | undefined;
  /** The parameters when the pattern matches the canonical `apiPath`, undefined when it does not. */
  match(apiPath: string): PathParams | undefined;
}

/**
 * Compiles a path with the rules of codehooks:
 *
 * - `:name` stands for one or more characters of one segment, `*` for anything, slashes and nothing included;
 *   all else is literal.
 * - Case and one trailing slash do not matter: `/app` matches `/APP/`. `/multi/*` matches `/multi/`, not `/multi`.
 * - A RegExp is tested against the whole path without anchors of ours, its `g` and `y` flags ignored, and gives no
 *   parameters. How long it takes is its author's affair, and so is case: a hook `/^\/admin\//` does not cover
 *   `/ADMIN/x`, which the route `/admin/*` serves; it needs the flag `i`.
 *
 * Throws `invalid-path` for a string that begins with neither `/` nor `*`: it could never match.
 */
export function compilePath(path: PathSource | ShownPath): PathPattern {
  if (typeof path === "object" && "shown" in path) return { ...compileRegExp(path.matches), text: path.shown };
  if (typeof path !== "string") return compileRegExp(path);
  if (!/^[/*]/.test(path)) {
    throw new StephooksError("invalid-path", `The path "${path}" can never match: begin it with a slash, "/${path}".`);
  }
  const tokens = pathTokens(path);
  return {
    key: `path ${path}`,
    source: path,
    text: path,
    tokens,
    match: (apiPath) => matchTokens(tokens, apiPath).params,
  };
}

function compileRegExp(path: RegExp): PathPattern {
  // With g or y, test() would begin where its last match ended: every second request would be decided differently.
  const stateless = new RegExp(path.source, path.flags.replace(/[gy]/g, ""));
  const noParams: PathParams = Object.freeze(Object.create(null));
  return {
    key: `regexp ${String(path)}`,
    source: path,
    text: String(path),
    tokens: undefined,
    match: (apiPath) => (stateless.test(apiPath) ? noParams : undefined),
  };
}

function pathTokens(path: string): readonly PathToken[] {
  const tokens: PathToken[] = [];
  for (const part of path.replace(/\/$/, "").split(/(:[A-Za-z_][A-Za-z0-9_]*|\*+)/)) {
    if (part === "") continue;
    if (part.startsWith("*")) tokens.push({ kind: "wildcard" });
    else if (/^:[A-Za-z_]/.test(part)) tokens.push({ kind: "param", name: part.slice(1) });
    else tokens.push({ kind: "literal", text: foldCase(part) });
  }
  return tokens;
}
