/** What is cut from the front of a path before anything is decided. */
export interface PathPrefixes {
  /** Name of the space; empty for none. */
  readonly space: string;
  /** Stage of the API in front, where its name is part of the path. */
  readonly stage?: string | undefined;
}

export type CanonicalPath =
  | {
      readonly ok: true;
      /** Decoded, stage and space included. For display: no decision may use it. */
      readonly path: string;
      /** Decoded, stage and space cut. The only path that auth, middleware and routes see. */
      readonly apiPath: string;
    }
  | {
      readonly ok: false;
      readonly code: "bad-path";
      /** Ends a sentence that begins "The path". */
      readonly reason: string;
    };

/**
 * The one reading of a raw, percent-encoded path (without query). It is decoded exactly once; whatever another layer
 * could read as a different path is refused, so that two decisions about one request cannot disagree.
 *
 * The stage is cut first, then the space, each at most once and only as the whole first segment.
 */
export function canonicalPath(rawPath: string, prefixes: PathPrefixes): CanonicalPath {
  const refusal = refusalOfRaw(rawPath);
  if (refusal !== undefined) return refused(refusal);
  const path = decoded(rawPath);
  if (path === undefined) return refused("is not valid percent-encoded UTF-8");
  const decodedRefusal = refusalOfDecoded(path);
  if (decodedRefusal !== undefined) return refused(decodedRefusal);
  return { ok: true, path, apiPath: withoutSegment(withoutSegment(path, prefixes.stage ?? ""), prefixes.space) };
}

function refused(reason: string): CanonicalPath {
  return { ok: false, code: "bad-path", reason };
}

function refusalOfRaw(raw: string): string | undefined {
  if (!raw.startsWith("/")) return "does not start with a slash";
  if (/[?#]/.test(raw)) return "contains ? or #";
  if (/%(?:2f|5c|00)/i.test(raw)) return "contains an encoded slash, backslash or NUL";
  return undefined;
}

/** Undefined for a stray `%`, an overlong form, a surrogate: decodeURIComponent accepts well-formed UTF-8 only. */
function decoded(raw: string): string | undefined {
  try {
    const text = decodeURIComponent(raw);
    return text.isWellFormed() ? text : undefined;
  } catch {
    return undefined;
  }
}

function refusalOfDecoded(path: string): string | undefined {
  if (path.includes("\\")) return "contains a backslash";
  // U+2028 and U+2029 are the line ends a RegExp's dot does not match, so /^\/admin\/.*$/ would miss them.
  if (/[\p{Cc}\u2028\u2029]/u.test(path)) return "contains a control character";
  if (path.includes("//")) return "contains an empty segment";
  if (/(?:^|\/)\.{1,2}(?:\/|$)/.test(path)) return "contains a dot segment";
  return undefined;
}

function withoutSegment(path: string, segment: string): string {
  if (segment === "") return path;
  if (path === `/${segment}`) return "/";
  return path.startsWith(`/${segment}/`) ? path.slice(segment.length + 1) : path;
}
