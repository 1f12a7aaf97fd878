import type { Difference } from "./difference.ts";

/** Differences of static files, stored files, views, deployment, and of what is not built yet. */
export const filesDifferences: readonly Difference[] = [
  {
    id: "static-opens-only-files",
    topic: "files",
    codehooks: "a site at / with a notFound page lets everybody in to every GET path, those of other routes included",
    stephooks: "only paths that the site's own route answers are open",
    why: "a public site must not open an API beside it",
  },
  {
    id: "static-any-name",
    topic: "files",
    codehooks: "names with spaces, @, +, ~ or letters beyond ASCII are never found",
    stephooks: "they are",
    why: "a file that is there is served",
  },
  {
    id: "static-hides",
    topic: "files",
    codehooks: "every deployed file below the folder is served",
    stephooks: "not hidden files (.well-known excepted), node_modules, TypeScript and source maps",
    why: "what belongs to the program is not for its readers",
  },
  {
    id: "static-caches",
    topic: "files",
    codehooks: "no ETag, no parts, no HEAD",
    stephooks: "all three; Cache-Control: no-cache unless the app says otherwise",
    why: "an unchanged file is not sent again, and a new deployment is seen at once",
  },
  {
    id: "static-literal-route",
    topic: "files",
    codehooks: "the signs of regular expressions in the route of app.static are read as such",
    stephooks: "they are read as they are written",
    why: "a path is a path",
  },
  {
    id: "storage-downloads",
    topic: "files",
    codehooks: "app.storage serves saved HTML and SVG as pages",
    stephooks: "as downloads, unless the app's headers say otherwise",
    why: "what users upload must not run as the app's own page",
  },
  {
    id: "file-paths-are-plain",
    topic: "files",
    codehooks: "filestore takes any path",
    stephooks: "invalid-file-path for .., empty parts, a backslash or a control character",
    why: "two readers of one path must mean one file",
  },
  {
    id: "file-streams-fail",
    topic: "files",
    codehooks: "an error of the store while a file is read leaves the reader waiting",
    stephooks: "the read rejects",
    why: "a failure that is not told is a hang",
  },
  {
    id: "views-follow-their-files",
    topic: "views",
    codehooks: "a compiled view stays in the key-value store, over deployments",
    stephooks: "it is compiled again when its file has changed",
    why: "a deployed page is the one that is shown",
  },
  {
    id: "views-need-an-engine",
    topic: "views",
    codehooks: "rendering without a view engine is a TypeError",
    stephooks: "view-failed, which says what to set",
    why: "the message helps",
  },
  {
    id: "init-callback-once",
    topic: "deployment",
    codehooks: "the callback of app.init runs after a deployment; what happens when it throws is not documented",
    stephooks: "once per content of the bundle, before its first event; a throw is 503 until it succeeds",
    why: "a request must not find half of what the callback makes",
  },
  {
    id: "internal-fetch",
    topic: "deployment",
    codehooks: "app.internalFetch sends every URL to the platform's own gateway",
    stephooks: "a path is answered by the app itself, any other URL is fetched",
    why: "there is no such gateway here",
  },
  {
    id: "not-built-yet",
    topic: "not there yet",
    codehooks: "has worker, queue, job, schedule, crudlify, openapi with its helpers, realtime and the class Workflow",
    stephooks:
      "the exported names are there and using one throws unsupported; app.worker, app.queue and app.job are not",
    why: "an app that does not use them runs; one that does learns which is missing",
  },
];
