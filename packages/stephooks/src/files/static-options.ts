import type { ShownPath } from "../http/index.ts";
import { StephooksError } from "../stephooks-error.ts";

/** Options of `app.static` and `app.storage`. */
export interface StaticOptions {
  /** Where the files appear. Default `/public` without options at all, else `/`. */
  readonly route?: string;
  /** Folder they are read from. Default `/`, which is everything there is. */
  readonly directory?: string;
  /** File that answers for a folder. Default `index.html`. */
  readonly default?: string;
  /** File in `directory` that is sent, with status 404, for what is not there. */
  readonly notFound?: string;
  /** Set on every answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The options with what codehooks takes for granted. */
export interface StaticFiles {
  /** Empty, or with a slash in front and none at the end. */
  readonly route: string;
  readonly directory: string;
  readonly index: string;
  readonly notFound: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** @throws StephooksError `invalid-path` for a route or a folder that cannot be meant. */
export function staticFiles(given: StaticOptions | undefined): StaticFiles {
  const options = given ?? { route: "/public" };
  return {
    route: plain(options.route, "route"),
    directory: plain(options.directory, "directory"),
    index: options.default ?? "index.html",
    notFound: options.notFound,
    headers: options.headers ?? {},
  };
}

/** What is matched by a file's route, and by nothing else. */
export function routePattern({ route }: StaticFiles): ShownPath {
  const matches = new RegExp(`^${route.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")}(?:/.*)?$`);
  return { matches, shown: `${route}/*` };
}

/** The file, below `directory`, that a path of the route names: always with a slash in front. */
export function fileOf(apiPath: string, { index, route }: StaticFiles): string {
  const rest = apiPath.slice(route.length);
  return rest === "" || rest.endsWith("/") ? `${rest === "" ? "/" : rest}${index}` : rest;
}

function plain(given: string | undefined, name: string): string {
  const path = `/${given ?? ""}`.replaceAll(/\/+/g, "/").replace(/\/$/, "");
  if (!path.split("/").includes("..")) return path;
  throw new StephooksError("invalid-path", `The ${name} "${given}" of app.static or app.storage leads upwards.`);
}
