import { fileURLToPath } from "node:url";
import type { AuthList, HttpRequest, RouteHandler, RouteTable } from "../http/index.ts";
import { sourceFiles } from "../files/index.ts";
import { StephooksError } from "../stephooks-error.ts";
import type { CrudSet } from "./openapi-document.ts";
import type { OpenApiConfig } from "./openapi-types.ts";
import { SWAGGER_FOLDER, swaggerFolder } from "./swagger-files.ts";

/** The app whose routes are documented. */
export interface DocsApp {
  readonly routes: RouteTable;
  readonly auths: AuthList;
  readonly cruds: readonly CrudSet[];
  readonly settings: ReadonlyMap<string, unknown>;
}

/** What `app.openapi` has registered. */
export interface DocsRegistration {
  /** Lets everybody in to the document and its page. */
  makePublic(): void;
}

/** Files of the page, which hold nothing of the app: everybody may read them. */
const files = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "page.css", "page.js"] as const;

/**
 * Serves the document and its page, before all routes that match their paths, too: `/:collection` of `crudlify`, say.
 *
 * @throws StephooksError `invalid-path`.
 */
export function registerDocs(app: DocsApp, config: OpenApiConfig, uiPath: string): DocsRegistration {
  const { auths, routes } = app;
  const specPath = literal(config.specPath ?? "/openapi.json", "config.specPath");
  const pagePath = literal(uiPath, "the path of its page");
  const filesPath = pagePath === "/" ? "/" : `${pagePath}/`;
  const own = new Set<RouteHandler>();
  const serve = (path: string, handler: RouteHandler): void => {
    own.add(handler);
    routes.addFirst(path, [handler]);
  };
  const isOurs = (method: string, apiPath: string): boolean => {
    const match = routes.match(method, apiPath);
    return match.kind === "found" && match.handlers.some((handler) => own.has(handler));
  };
  const open = (path: string): void => auths.add(path, [(_req, _res, next) => next()], isOurs);

  serve(specPath, async (req, res) => {
    const { openApiDocument } = await import("./openapi-document.ts");
    const { baseOf } = await import("./page-links.ts");
    const described = routes
      .list()
      .filter(({ handlers }) => !handlers.some((handler) => own.has(handler)))
      .map(({ handlers, method, pattern }) => ({
        method,
        path: typeof pattern.source === "string" ? pattern.source : undefined,
        handlers,
      }));
    const document = openApiDocument({ routes: described, cruds: app.cruds, base: baseOf(req) }, config);
    res.set("cache-control", "no-store").json(document);
  });
  serve(pagePath, async (req, res) => {
    const [{ docsHeaders, docsPage }, { linkToRoot }] = await Promise.all([
      import("./docs-page.ts"),
      import("./page-links.ts"),
    ]);
    const root = linkToRoot(req);
    const page = docsPage({ config, specLink: root + specPath.slice(1), filesLink: root + filesPath.slice(1) });
    res.headers(docsHeaders(config)).type("html").send(page);
  });
  for (const name of files) {
    serve(filesPath + name, (req, res) => sendFile(name, req, res, app));
    open(filesPath + name);
  }
  const makePublic = (): void => {
    open(specPath);
    open(pagePath);
  };
  if (config.public === true) makePublic();
  return { makePublic };
}

const ownTypes = { "page.css": "css", "page.js": "js" } as const;

async function sendFile(
  name: (typeof files)[number],
  req: HttpRequest,
  res: Parameters<RouteHandler>[1],
  { settings }: DocsApp,
): Promise<void> {
  if (name === "page.css" || name === "page.js") {
    const { pageCss, pageScript } = await import("./page-files.ts");
    res.headers({ "cache-control": "no-cache", "x-content-type-options": "nosniff" });
    res.type(ownTypes[name]).send(name === "page.css" ? pageCss : pageScript);
    return;
  }
  const { serveFile } = await import("../files/serve-file.ts");
  const beside: unknown = settings.get(SWAGGER_FOLDER);
  const source = sourceFiles(typeof beside === "string" ? fileURLToPath(beside) : swaggerFolder());
  const headers = { "cache-control": "public, max-age=3600" };
  if (await serveFile(req, res, { source, path: name, status: 200, headers, uploaded: false })) return;
  throw new StephooksError(
    "file-not-found",
    `${name} of Swagger UI is not beside the app. Build it again: "app.openapi" must stand in its own files.`,
  );
}

/** A page has one path; anything that stands for several could not be linked to. */
function literal(given: unknown, what: string): string {
  if (typeof given === "string" && /^\/[^:*?#\s\\]*$/.test(given)) return given.replace(/(?<=.)\/$/, "");
  throw new StephooksError(
    "invalid-path",
    `app.openapi: ${what} begins with a slash and has no parameter or *, such as "/docs".`,
  );
}
