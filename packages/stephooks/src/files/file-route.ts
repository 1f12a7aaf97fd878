import type { HttpRequest, HttpResponse, RouteHandler } from "../http/index.ts";
import type { FileSource } from "./file-source.ts";
import { fileOf, type StaticFiles } from "./static-options.ts";

export interface FileRoute {
  readonly files: StaticFiles;
  /** Where the files of `directory` are. Asked at each request: at registration there is no host yet. */
  readonly source: () => FileSource;
  readonly uploaded: boolean;
}

/** Answers requests of the route with files. */
export function fileHandler(route: FileRoute): RouteHandler {
  return async (req, res) => {
    const path = fileOf(req.apiPath, route.files);
    if (await serve(req, res, route, path, 200)) return;
    const { directory, notFound } = route.files;
    if (notFound !== undefined && (await serve(req, res, route, `/${notFound.replace(/^\//, "")}`, 404))) return;
    // The words are codehooks' own.
    res.status(404).end(`No file here: ${directory}${path} (not found)`);
  };
}

/**
 * Lets everybody read what the route serves. As with codehooks a name without a known ending needs a key, unless a page
 * is there for what is not found.
 */
export function fileAuth({ files }: FileRoute): RouteHandler {
  return async (req, _res, next) => {
    const { mediaTypeOf } = await import("./media-types.ts");
    const path = fileOf(req.apiPath, files);
    if (mediaTypeOf(path) !== undefined || files.notFound !== undefined) next();
    else next(`Static server: ${path} is not a valid file name`);
  };
}

async function serve(
  req: HttpRequest,
  res: HttpResponse,
  { files, source, uploaded }: FileRoute,
  path: string,
  status: 200 | 404,
): Promise<boolean> {
  // What serves files is loaded when the first one is asked for.
  const { serveFile } = await import("./serve-file.ts");
  return serveFile(req, res, { source: source(), path, status, headers: files.headers, uploaded });
}
