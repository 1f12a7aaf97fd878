import type { OpenApiConfig } from "./openapi-types.ts";

/** What the page of the documentation needs to know. */
export interface DocsPage {
  readonly config: OpenApiConfig;
  /** Relative links: to the document, and to the folder with the page's own files, with a slash at its end. */
  readonly specLink: string;
  readonly filesLink: string;
}

/** The page: no code in it, so that its policy allows none. What it is about is data in an attribute. */
export function docsPage({ config, filesLink, specLink }: DocsPage): string {
  const { favicon = `${filesLink}favicon-32x32.png`, oauth2RedirectUrl, validatorUrl = null } = config.swaggerUi ?? {};
  const options = JSON.stringify({ url: specLink, validatorUrl, oauth2RedirectUrl });
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escaped(config.info?.title ?? "API")}</title>
    <link rel="icon" href="${escaped(favicon)}" />
    <link rel="stylesheet" href="${escaped(filesLink)}swagger-ui.css" />
    <link rel="stylesheet" href="${escaped(filesLink)}page.css" />
  </head>
  <body>
    <div id="swagger-ui" data-options="${escaped(options)}"></div>
    <noscript>This page needs JavaScript. The document itself: <a href="${escaped(specLink)}">OpenAPI</a></noscript>
    <script src="${escaped(filesLink)}swagger-ui-bundle.js"></script>
    <script src="${escaped(filesLink)}page.js"></script>
  </body>
</html>
`;
}

/** Headers of the page: it loads its own files only, runs no code in it, is in nobody's frame and tells nobody where it was. */
export function docsHeaders(config: OpenApiConfig): Readonly<Record<string, string>> {
  const { favicon, validatorUrl } = config.swaggerUi ?? {};
  const images = origins([favicon, validatorUrl]);
  const calls = origins((config.servers ?? []).map(({ url }) => url));
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self' data:", ...images].join(" "),
    // What "Try it out" may call: the app, and the servers that its document names.
    ["connect-src 'self'", ...calls].join(" "),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "content-security-policy": policy.join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  };
}

/** Origins of the absolute URLs among them. */
function origins(urls: readonly (string | null | undefined)[]): readonly string[] {
  const found = urls.flatMap((url) => {
    const parsed = typeof url === "string" ? URL.parse(url) : null;
    return parsed !== null && /^https?:$/.test(parsed.protocol) ? [parsed.origin] : [];
  });
  return [...new Set(found)];
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
