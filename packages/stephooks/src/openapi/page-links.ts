/** Where a page of the app was asked for. */
export interface AskedPath {
  /** With stage and space. */
  readonly path: string;
  /** Without them. */
  readonly apiPath: string;
}

/**
 * The way from a page to the root of the app, as the start of a relative link: it holds behind every prefix that somebody
 * in front puts there.
 */
export function linkToRoot({ apiPath, path }: AskedPath): string {
  // The root itself, asked for as /dev: what is relative to it begins at the segment before.
  if (apiPath === "/" && !path.endsWith("/")) return `./${encodeURIComponent(path.slice(path.lastIndexOf("/") + 1))}/`;
  return `./${"../".repeat(apiPath.split("/").length - 2)}`;
}

/** What stands in front of the app's paths for this client: `/dev`, or nothing. */
export function baseOf({ apiPath, path }: AskedPath): string {
  const base = apiPath === "/" ? path.replace(/\/$/, "") : path.slice(0, path.length - apiPath.length);
  return encodeURI(base);
}
