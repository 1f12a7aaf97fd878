/** Hidden names, installed packages, and what a program is made from: nothing of it is for readers of a site. */
const foreign: readonly RegExp[] = [/^\.(?!well-known$)/, /^node_modules$/, /\.(?:[cm]?tsx?|map)$/i];

/**
 * The path below a root that a name leads to, without a slash in front; undefined for what never leads to a file:
 * a dot segment, an empty one, a backslash, a control character, and everything that is not for readers.
 */
export function servablePath(given: string): string | undefined {
  const path = given.replace(/^\//, "");
  if (path === "" || /[\\\p{Cc}]/u.test(path) || !path.isWellFormed()) return undefined;
  const segments = path.split("/");
  const isBad = (segment: string): boolean =>
    segment === "" || segment === "." || segment === ".." || foreign.some((pattern) => pattern.test(segment));
  return segments.some(isBad) ? undefined : path;
}
