import { currentRuntime } from "../host/current-runtime.ts";
import type { AuthList, RouteHandler, RouteTable } from "../http/index.ts";
import { blobsOf, sourceOf } from "./app-files.ts";
import { blobFiles } from "./blob-files.ts";
import { fileAuth, fileHandler, type FileRoute } from "./file-route.ts";
import { routePattern, staticFiles, type StaticFiles, type StaticOptions } from "./static-options.ts";

/** Where the files of a route come from: with the app (`app.static`), or from users (`app.storage`). */
export type FileOrigin = "deployed" | "stored";

/**
 * Registers a GET route for files, and lets everybody in to what that route answers: not to a path that an earlier
 * route answers, and to no other method. `hook` runs before a file is served.
 *
 * @throws StephooksError `invalid-path`.
 */
export function registerFiles(
  { auths, routes }: { readonly auths: AuthList; readonly routes: RouteTable },
  origin: FileOrigin,
  options: StaticOptions | undefined,
  hook: RouteHandler | undefined,
): StaticFiles {
  const files = staticFiles(options);
  const route: FileRoute = {
    files,
    uploaded: origin === "stored",
    source: () =>
      origin === "stored"
        ? blobFiles(blobsOf(currentRuntime()), files.directory)
        : sourceOf(currentRuntime(), files.directory),
  };
  const pattern = routePattern(files);
  const handlers = [...(typeof hook === "function" ? [hook] : []), fileHandler(route)];
  routes.add("GET", pattern, handlers);
  auths.add(pattern, [fileAuth(route)], (method, apiPath) => {
    const match = routes.match(method, apiPath);
    return match.kind === "found" && match.handlers === handlers;
  });
  return files;
}
