/** The path, decoded once, and the query of a request target; undefined when the path's encoding is broken. */
export function readTarget(target: string): { readonly path: string; readonly query: string } | undefined {
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  try {
    return { path: decodeURIComponent(path), query: mark === -1 ? "" : target.slice(mark + 1) };
  } catch {
    return undefined;
  }
}
