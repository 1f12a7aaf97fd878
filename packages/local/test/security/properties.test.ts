import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Fronted, fronted, withKey } from "./fronts.ts";
import { codeOf } from "./raw-request.ts";

/** What somebody may throw, pass to `next` or send, by its name in the query. */
const values: Readonly<Record<string, () => unknown>> = {
  error: () => new Error("boom"),
  text: () => "boom",
  nothing: () => undefined,
  null: () => null,
  number: () => 5,
  circle: () => {
    const circle: { self?: unknown } = {};
    circle.self = circle;
    return circle;
  },
  bigint: () => ({ n: 1n }),
  bare: () => Object.create(null),
  frozen: () => Object.freeze(new Error("frozen")),
  foreign: () => Object.assign(new Error("not ours"), { code: "ECONNRESET", details: {} }),
  "foreign-line": () => Object.assign(new Error("not ours"), { code: "a\r\nx-injected: 1", details: {} }),
  "foreign-letters": () => Object.assign(new Error("not ours"), { code: "überlauf ✓", details: {} }),
  "foreign-prototype": () => Object.assign(new Error("not ours"), { code: "__proto__", details: {} }),
  unreadable: () =>
    Object.defineProperty(new Error("x"), "message", {
      get: () => {
        throw new Error("no message");
      },
    }),
  "message-object": () => Object.assign(new Error("x"), { message: { a: 1 } }),
  huge: () => new Error("x".repeat(100_000)),
};

type Fields = Record<string, unknown>;

/** As many a library merges: key by key, on every level, whatever the key is called. */
function merged(target: Fields, source: Fields): Fields {
  for (const [key, value] of Object.entries(Object(source))) {
    const present = target[key];
    if (isFields(value) && isFields(present)) merged(present, value);
    else target[key] = value;
  }
  return target;
}

function isFields(value: unknown): value is Fields {
  return (typeof value === "object" || typeof value === "function") && value !== null;
}

/** As many a library reads keys: `a[b]` and `a.b` lead into objects. */
function nested(query: Readonly<Record<string, unknown>>): Fields {
  const all: Fields = {};
  for (const [key, value] of Object.entries(query)) {
    const path = key.split(/[.[\]]+/).filter((part) => part !== "");
    const last = path.pop() ?? "";
    let place = all;
    for (const part of path) {
      const present = place[part];
      const inner: Fields = isFields(present) ? present : {};
      place[part] = inner;
      place = inner;
    }
    place[last] = value;
  }
  return all;
}

let served: Fronted;
beforeAll(async () => {
  served = await fronted((app) => {
    const given = (query: Readonly<Record<string, unknown>>): unknown => values[String(query["what"])]?.();
    app.auth("/hook", (req) => {
      throw given(req.query);
    });
    app.auth("/refuse", (req, _res, next) => next(given(req.query) ?? "refused"));
    app.use("/guard", (req, _res, next) => next(given(req.query)));
    app.use("/silent", async () => {});
    app.all("/throw", (req) => {
      throw given(req.query);
    });
    app.all("/reject", async (req) => {
      await Promise.reject(given(req.query));
    });
    app.all("/next", (req, _res, next) => next(given(req.query)));
    app.all("/json", (req, res) => res.json(given(req.query)));
    app.all("/send", (req, res) => res.send(given(req.query)));
    app.all("/status", (req, res) => res.status(Number(req.query["what"])).end());
    app.all("/header", (req, res) => res.set(String(req.query["what"]), String(req.query["what"])).end());
    app.all("/redirect", (req, res) => res.redirect(String(req.query["what"])));
    app.all("/render", (req, res) => res.render(String(req.query["what"])));
    app.all("/merge", (req, res) => res.json(merged(merged({}, req.body), nested(req.query))));
    for (const path of ["/hook", "/refuse", "/guard", "/silent"]) app.all(path, (_req, res) => res.end("inside"));
  });
});
afterAll(() => served.stop());

const paths = fc.constantFrom(
  ...["/hook", "/refuse", "/guard", "/silent", "/throw", "/reject", "/next", "/json", "/send"],
  ...["/status", "/header", "/redirect", "/render", "/merge", "/none", "//x", "/a/../b", "/%"],
);
const awkward = fc.oneof(
  fc.constantFrom(...Object.keys(values)),
  fc.constantFrom("200", "99", "600", "1e400", "NaN", "a b", "a\nb", "\0", "é", "x-a", "../../x", "__proto__"),
  fc.string({ maxLength: 20 }),
);
/** Ways to name a prototype, in JSON, in forms and in queries. */
const hostileBodies = [
  ...[
    '{"__proto__":{"x":1}}',
    '{"\\u005f_proto__":{"x":1}}',
    '{"a":[{"__proto__":{"x":1}}]}',
    '{"a":{"__proto__":{"x":1}}}',
  ],
  ...['{"constructor":{"prototype":{"x":1}}}', '{"a":{"constructor":{"prototyp\\u0065":{"x":1}}}}'],
  ...["__proto__[x]=1", "a[__proto__][x]=1", "constructor[prototype][x]=1", "__proto__.x=1", "%5f_proto__[x]=1"],
];
const bodies = fc.oneof(fc.constantFrom("", "{", "[1", ...hostileBodies), fc.json({ maxDepth: 3 }));
const queries = fc.constantFrom(
  ...["", "&__proto__[x]=1", "&__proto__.x=1", "&a[__proto__][x]=1", "&constructor.prototype.x=1"],
  ...["&constructor[prototype][x]=1", "&%5f_proto__%5Bx%5D=1"],
);
const requests = fc.record({
  method: fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
  target: fc
    .tuple(paths, awkward, queries)
    .map(([path, what, query]) => `${path}?what=${encodeURIComponent(what.toWellFormed())}${query}`),
  type: fc.constantFrom("application/json", "application/x-www-form-urlencoded", "text/plain", "application/xml"),
  body: bodies,
  isKnown: fc.boolean(),
});

test("whatever comes: every 5xx has a code of ours, nothing is added to Object.prototype, nothing splits a header", async () => {
  const members = Reflect.ownKeys(Object.prototype);
  await fc.assert(
    fc.asyncProperty(requests, async ({ body, isKnown, method, target, type }) => {
      for (const { name, send } of served.fronts) {
        const answer = await send({
          method,
          target,
          headers: [...(isKnown ? [withKey] : []), ["content-type", type]],
          ...(method === "GET" || method === "HEAD" ? {} : { body }),
        });
        const what = `${name}: ${method} ${target} ${body}`;
        if (answer.status >= 500) expect(codeOf(answer), what).toMatch(/^5\d\d [a-z]+(?:-[a-z]+)*$/);
        if (!isKnown) expect(answer.body.toString(), what).not.toContain("inside");
        expect(answer.headers.has("x-injected"), what).toBe(false);
        expect(Reflect.ownKeys(Object.prototype), what).toEqual(members);
      }
    }),
    { numRuns: 400 },
  );
});

test.each(hostileBodies)("nothing is added to Object.prototype by the body %s", async (body) => {
  for (const type of ["application/json", "application/x-www-form-urlencoded"]) {
    for (const { send } of served.fronts) {
      await send({ method: "POST", target: "/merge", headers: [withKey, ["content-type", type]], body });
      expect(Reflect.get({}, "x")).toBeUndefined();
    }
  }
});

test.each(Object.keys(values))("what a route throws is answered with a code of ours: %s", async (what) => {
  for (const path of ["/throw", "/reject", "/next", "/guard", "/hook", "/refuse"]) {
    for (const { name, send } of served.fronts) {
      const headers = path === "/hook" || path === "/refuse" ? [] : [withKey];
      const answer = await send({ target: `${path}?what=${what}`, headers });
      if (answer.status < 400) continue;
      expect(codeOf(answer), `${name} ${path}`).toMatch(
        /^(?:500 (?:unhandled-error|handler-error)|403 forbidden|401 unauthorized)$/,
      );
    }
  }
});
