/*
 * What the page of the documentation loads of ours, beside Swagger UI. It is code for browsers, kept as text: a bundler
 * would rewrite a function.
 */

/** Layout of the page around Swagger UI. */
export const pageCss = `html { box-sizing: border-box; overflow-y: scroll; }
*, *::before, *::after { box-sizing: inherit; }
body { margin: 0; background: #fafafa; }
`;

/**
 * Starts Swagger UI. A key in the page's own URL (\`?apikey=\`) is what a browser can send when it opens a page: it is
 * taken for the document and for "Try it out", and out of the URL, so that it stays in no bookmark.
 */
export const pageScript = `"use strict";
const holder = document.getElementById("swagger-ui");
const options = JSON.parse(holder.dataset.options);
const here = new URL(location.href);
const key = here.searchParams.get("apikey");
if (key !== null) {
  here.searchParams.delete("apikey");
  history.replaceState(null, "", here);
}
const ui = SwaggerUIBundle({
  ...options,
  dom_id: "#swagger-ui",
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis],
  requestInterceptor: (request) => {
    if (key !== null && request.loadSpec) request.headers["x-apikey"] = key;
    return request;
  },
  onComplete: () => {
    if (key !== null) ui.preauthorizeApiKey("apiKey", key);
  },
});
`;
