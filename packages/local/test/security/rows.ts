/** A row of the bad-input catalogue as far as it concerns HTTP or data. */
export interface SecurityRow {
  readonly row: number;
  readonly about: string;
  /**
   * - `covered`: tests whose titles begin with `security <row>` are in `where`.
   * - `elsewhere`: the part of the system it is about has its own tests.
   * - `absent`: there is nothing here it could happen to.
   */
  readonly state: "covered" | "elsewhere" | "absent";
  /** Test files, as seen from the folder `packages`; for the other states the reason. */
  readonly where: readonly string[];
}

const here = (file: string): string => `local/test/security/${file}.test.ts`;
const unit = (file: string): string => `stephooks/test/http/${file}.test.ts`;

const data = (file: string): string => `stephooks/test/datastore/${file}.test.ts`;

const crud = "stephooks/test/crudlify/security.test.ts";

const covered = (row: number, about: string, ...where: string[]): SecurityRow => ({
  row,
  about,
  state: "covered",
  where,
});
const elsewhere = (row: number, about: string, reason: string): SecurityRow => ({
  row,
  about,
  state: "elsewhere",
  where: [reason],
});
const absent = (row: number, about: string, reason: string): SecurityRow => ({
  row,
  about,
  state: "absent",
  where: [reason],
});

/** Every row that names HTTP or data, with where it is tested or why it is not. */
export const securityRows: readonly SecurityRow[] = [
  elsewhere(1, "events of no known shape", "aws/test/lambda/lambda-event.test.ts"),
  elsewhere(4, "wrong base64, binary as text", "aws/test/lambda/http-request.test.ts"),
  covered(5, "lengths that lie", here("bodies")),
  elsewhere(
    6,
    "a body limit for handlers that do not read",
    "stephooks/test/http/body.test.ts; row 9 through every front",
  ),
  covered(7, "JSON that is none", here("bodies")),
  covered(8, "deep JSON", here("bodies")),
  covered(9, "many fields, large bodies", here("bodies")),
  covered(10, "compressed bodies", here("bodies")),
  covered(11, "multipart bodies", here("bodies")),
  covered(12, "repeated headers, keys, cookies", here("headers")),
  covered(13, "several cookies out", here("headers")),
  covered(14, "line breaks in headers", here("headers")),
  covered(15, "methods", here("headers"), unit("stored-keys")),
  covered(20, "prototype names in a body", here("bodies"), unit("body"), data("safety")),
  covered(24, "prototype names in a query", here("bodies"), data("safety"), crud),
  covered(25, "collections named as members of Object", data("safety"), crud),
  covered(26, "$where and other operators", data("safety"), crud),
  covered(27, "operators in a body where a value was meant", crud, "stephooks/test/crudlify/validation.test.ts"),
  covered(28, "changes without a query", data("safety"), crud, "stephooks/test/crudlify/validation.test.ts"),
  covered(29, "limits, offsets, sorts, projections", data("safety"), crud),
  covered(30, "patterns that take for ever", data("safety"), crud),
  covered(31, "deep and large queries", data("safety"), crud),
  covered(32, "paths in queries and updates", data("safety"), crud),
  covered(33, "aggregation that writes or joins", data("safety"), crud),
  covered(34, "_id, tenant and owner from a body", data("safety"), crud),
  covered(35, "keys, ttl and counts of values", data("key-values")),
  covered(
    36,
    "names that hold separators, collections from a URL",
    crud,
    "contracts/src/suites/document-writes.ts",
    "contracts/src/suites/key-value-suite.ts",
  ),
  covered(37, "user text in expressions", "aws/test/expression-injection.test.ts"),
  covered(38, "path tricks before auth and middleware", here("paths")),
  covered(39, "files outside of a root", here("files")),
  covered(40, "a static route at / opens nothing else", here("files")),
  covered(41, "long paths, broken escapes", here("paths")),
  covered(42, "RegExp routes with g", here("paths")),
  covered(43, "signs of a RegExp in a path", here("paths")),
  covered(44, "uploaded files served back", here("files")),
  covered(45, "ranges", here("files")),
  covered(46, "templates", here("files")),
  covered(47, "origins", here("access"), unit("cors")),
  absent(48, "CSRF on the dashboard", "no dashboard answers HTTP yet"),
  covered(49, "addresses and hosts that headers claim", here("headers")),
  absent(50, "cache middleware", "there is none"),
  covered(
    51,
    "line breaks in server-sent events",
    "stephooks/test/realtime/safety.test.ts",
    "stephooks/test/progress/safety.test.ts",
  ),
  absent(52, "cookie options", "codehooks has no res.cookie; row 14 covers the header"),
  covered(53, "API keys", here("access"), unit("stored-keys")),
  covered(54, "schemes", here("access"), unit("jwt")),
  covered(55, "algorithms of tokens", unit("jwt")),
  covered(56, "claims of tokens", unit("jwt")),
  covered(57, "key names of tokens", unit("jwt")),
  covered(58, "key sets", unit("jwks"), "stephooks/test/fetch-jwks.test.ts"),
  covered(59, "tokens in the wrong place", unit("jwt")),
  covered(60, "hooks that misbehave", here("access")),
  covered(61, "deny by default", here("access")),
  covered(62, "many wrong keys", unit("stored-keys")),
  covered(63, "rawBody", here("bodies")),
  covered(69, "cron from outside", here("access")),
  covered(73, "secrets in answers and logs", here("headers")),
  covered(77, "keys of tests in logs", here("paths")),
  absent(79, "OpenAPI pages", "app.openapi is not built yet: it throws unsupported"),
  covered(82, "clients that leave", "local/test/http-front.test.ts"),
  covered(83, "requests at once", here("headers")),
  covered(84, "a clock that goes back", unit("jwks"), unit("stored-keys")),
];
