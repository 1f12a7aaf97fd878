/** One thing that is deliberately not as codehooks-js 1.4.3 and its platform do it. */
export interface Difference {
  /** Stable; tests and pages refer to it. */
  readonly id: string;
  readonly topic: string;
  readonly codehooks: string;
  readonly stephooks: string;
  readonly why: string;
}

/** Differences of routes, requests, responses and access. */
export const httpDifferences: readonly Difference[] = [
  {
    id: "use-runs-every-function",
    topic: "middleware",
    codehooks: "app.use(path, a, b) keeps a and drops b without a word",
    stephooks: "both run",
    why: "a check that was written down must run",
  },
  {
    id: "use-refuses-non-functions",
    topic: "middleware",
    codehooks: "a value that is no function is registered and fails when a request comes",
    stephooks: "app.use throws invalid-handler; app.useRoute without a function does nothing",
    why: "a middleware that is missing because of a wrong import must not be noticed by an attacker first",
  },
  {
    id: "middleware-never-hangs",
    topic: "middleware",
    codehooks: "a middleware that neither answers nor calls next leaves the client waiting",
    stephooks: "500 unanswered-middleware",
    why: "the client learns at once, and so does the developer",
  },
  {
    id: "uncaught-error-is-500",
    topic: "errors",
    codehooks: "an uncaught error is answered with 200 and { text, fatal: true }",
    stephooks: "500 with the same fields and a code",
    why: "clients, monitors and retries read the status",
  },
  {
    id: "params-are-decoded",
    topic: "requests",
    codehooks: "path parameters keep their percent-encoding",
    stephooks: "they are decoded, once",
    why: "a name with a space or an umlaut is what was meant",
  },
  {
    id: "one-reading-of-a-path",
    topic: "requests",
    codehooks: "paths with //, .., %2F, a backslash or a control character are matched as they come",
    stephooks: "400 bad-path",
    why: "two decisions about one request must not read its path differently",
  },
  {
    id: "prototype-keys",
    topic: "requests",
    codehooks: "__proto__ in a query, form or JSON body is taken; crudlify changes Object.prototype by it",
    stephooks: "400 unsafe-key",
    why: "no request may change what every object inherits",
  },
  {
    id: "flat-query",
    topic: "requests",
    codehooks: "a[b]=1 may be nested",
    stephooks: "the key is a[b]",
    why: "nesting by key names is how queries reach places they should not",
  },
  {
    id: "body-replays",
    topic: "requests",
    codehooks: "the body's stream must be read before the first await, once",
    stephooks: "it can be read at any time and again",
    why: "the body is there anyway",
  },
  {
    id: "body-limits",
    topic: "requests",
    codehooks: "bodies up to 1,250 MB, of any depth",
    stephooks: "6 MiB, JSON of 100 levels, 1,000 fields; compressed bodies are refused",
    why: "it is what Lambda takes, and a request must not take down the function",
  },
  {
    id: "json-null",
    topic: "responses",
    codehooks: "res.json(null) sends an empty body",
    stephooks: "it sends null",
    why: "null is JSON, nothing is not",
  },
  {
    id: "auth-all-functions",
    topic: "access",
    codehooks: "of app.auth(path, a, b) the local server runs a only",
    stephooks: "every function must call next",
    why: "a check that was written down must run",
  },
  {
    id: "auth-next-twice",
    topic: "access",
    codehooks: "a hook that calls next twice lets the request in twice",
    stephooks: "it has refused",
    why: "yes and then something else, as after a forgotten return, is no yes",
  },
  {
    id: "auth-denial-is-403",
    topic: "access",
    codehooks: "next(error) in app.auth is 500 with the text",
    stephooks: "403 with the text; 401 where there is neither key nor hook",
    why: "a refusal is not a fault of the server",
  },
  {
    id: "read-only-keys",
    topic: "access",
    codehooks: "read-only tokens are documented by their name only",
    stephooks: "GET and HEAD, nothing else",
    why: "the narrowest reading of the name",
  },
  {
    id: "key-not-in-query",
    topic: "access",
    codehooks: "a key in the query stays in req.query",
    stephooks: "the key that let the request in is taken out",
    why: "a query that becomes a filter must not look for it",
  },
  {
    id: "jwt-claims",
    topic: "access",
    codehooks: "whether a token's claims reach the function is not documented",
    stephooks: "they are req.jwt",
    why: "nobody should decode a token again without checking it",
  },
  {
    id: "cors-without-credentials",
    topic: "responses",
    codehooks: "permissive CORS headers; own request headers are not allowed",
    stephooks: "* for origins and headers, never with credentials; an open dev server is read by local pages only",
    why: "as open as it can be without lending anybody the visitor's cookies",
  },
  {
    id: "health-is-yours",
    topic: "routes",
    codehooks: "GET /health is answered by the platform",
    stephooks: "it is a path like any other",
    why: "apps have a route of that name",
  },
];
