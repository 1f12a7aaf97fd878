import type { Difference } from "./difference.ts";

/** Differences of the documentation of routes. Each is tested in `test/openapi/differences-openapi.test.ts`. */
export const openapiDifferences: readonly Difference[] = [
  {
    id: "docs-follow-auth",
    topic: "openapi",
    codehooks: "the document and its page are public",
    stephooks: "they need a key, a token or app.auth, as every path does; config.public opens them",
    why: "who may not enter cannot learn what exists",
    strict: "restored",
  },
  {
    id: "docs-from-the-app",
    topic: "openapi",
    codehooks: "the page loads Swagger UI from a public server, and runs a script of its own in the page",
    stephooks: "its files come with the app, and its policy allows no others; validatorUrl is off unless given",
    why: "nobody else learns who reads what, or can change what runs beside the API",
    strict: "safety",
  },
  {
    id: "docs-paths-win",
    topic: "openapi",
    codehooks: "whether /docs or /:collection of crudlify answers, when app.openapi comes after it, is not documented",
    stephooks: "the paths of app.openapi win over every pattern, whichever comes first",
    why: "codehooks' documentation shows both orders",
    strict: "unknown",
  },
  {
    id: "docs-of-what-answers",
    topic: "openapi",
    codehooks: "every route whose path holds /docs or openapi.json is left out; of two for one path the later is told",
    stephooks: "only the document's own paths are left out; of two the one that answers is told",
    why: "the document is of what the app does",
    strict: "defect",
  },
  {
    id: "docs-are-valid",
    topic: "openapi",
    codehooks:
      "schemas go into the document as they are, those of zod and yup in responses and parameters, too; path parameters may be missing",
    stephooks: "all are written as OpenAPI 3.0 has them; each parameter of a path is there",
    why: "tools that read the document refuse another",
    strict: "defect",
  },
  {
    id: "docs-of-crudlify",
    topic: "openapi",
    codehooks: "the last call of crudlify is told; changes by query answer modifiedCount and deletedCount",
    stephooks: "every call is told, with what its routes take and answer",
    why: "the document is of what the app does",
    strict: "defect",
  },
];
