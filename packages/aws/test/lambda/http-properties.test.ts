import * as fc from "fast-check";
import { whole } from "./whole-answer.ts";
import { describe, expect, test } from "vitest";
import { httpEvent } from "./load-event.ts";

const bodies = fc.uint8Array({ minLength: 1, maxLength: 2_000 });
/** Text in which what separates, escapes and ends a query is frequent. */
const awkward = fc.string({
  unit: fc.constantFrom("a", "&", "=", "+", "%", "%2", "#", "?", "/", ";", " ", "é", "✓", "\0"),
});
const pairs = fc.array(fc.tuple(awkward, awkward), { maxLength: 8 });

/** Groups as AWS does: one list of values per name, in the order the names first came. */
function grouped(entries: readonly (readonly [string, string])[]): Record<string, string[]> {
  const groups = Map.groupBy(entries, ([name]) => name);
  return Object.fromEntries([...groups].map(([name, list]) => [name, list.map(([, value]) => value)]));
}

const byName = (entries: Iterable<readonly [string, string]>) => grouped([...entries]);

describe("body bytes survive the way in", () => {
  test.each(["http-api-post-binary", "function-url-get", "rest-post", "load-balancer-multi", "load-balancer-single"])(
    "%s, as base64",
    async (name) => {
      await fc.assert(
        fc.asyncProperty(bodies, async (bytes) => {
          const body = Buffer.from(bytes).toString("base64");
          const requestContext = { http: { method: "POST" }, domainName: "a.lambda-url.b.on.aws" };
          const context = name === "function-url-get" ? { requestContext } : {};
          const event = httpEvent(name, { body, isBase64Encoded: true, httpMethod: "POST", ...context });
          expect(new Uint8Array(event.read().body)).toEqual(bytes);
        }),
      );
    },
  );

  test("as text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), async (body) => {
        const bytes = new Uint8Array(httpEvent("rest-post", { body }).read().body);
        expect(Buffer.from(bytes).toString("utf8")).toBe(body);
      }),
    );
  });
});

describe("body bytes survive the way out", () => {
  const types = fc.constantFrom(
    "text/plain",
    "application/json; charset=utf-8",
    "image/png",
    "text/html;charset=latin1",
  );
  test.each(["http-api-get", "rest-get", "load-balancer-single", "load-balancer-multi"])("%s", async (name) => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          bodies,
          fc.string().map((s) => new TextEncoder().encode(s)),
        ),
        types,
        async (bytes, type) => {
          const response = new Response(Uint8Array.from(bytes), { headers: { "content-type": type } });
          const { body, isBase64Encoded } = httpEvent(name).respond(await whole(response));
          expect(Uint8Array.from(Buffer.from(body, isBase64Encoded ? "base64" : "utf8"))).toEqual(
            Uint8Array.from(bytes),
          );
        },
      ),
    );
  });
});

describe("every query parameter survives", () => {
  test("of an HTTP API, verbatim", () => {
    fc.assert(
      fc.property(pairs, (entries) => {
        const rawQueryString = new URLSearchParams(entries).toString();
        const { searchParams } = new URL(httpEvent("http-api-get", { rawQueryString }).read().request.url);
        expect([...searchParams]).toEqual(entries);
      }),
    );
  });

  test("of a REST API, which decodes them", () => {
    fc.assert(
      fc.property(pairs, (entries) => {
        const multiValueQueryStringParameters = grouped(entries);
        const url = new URL(
          httpEvent("rest-get", { multiValueQueryStringParameters, queryStringParameters: null }).read().request.url,
        );
        expect(byName(url.searchParams)).toEqual(grouped(entries));
      }),
    );
  });

  test("of a load balancer, which does not", () => {
    fc.assert(
      fc.property(pairs, (entries) => {
        const sent = entries.map(([name, value]) => [encodeURIComponent(name), encodeURIComponent(value)] as const);
        const event = httpEvent("load-balancer-multi", { multiValueQueryStringParameters: grouped(sent) });
        expect(byName(new URL(event.read().request.url).searchParams)).toEqual(grouped(entries));
      }),
    );
  });
});

test("a path, a method and headers of any kind give a request or bad-event, never another error", () => {
  const text = fc.oneof(awkward, fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(text, text, fc.dictionary(text, text), text, (path, httpMethod, headers, body) => {
      const event = httpEvent("load-balancer-single", { path, httpMethod, headers, body });
      try {
        event.read();
      } catch (error) {
        expect(error).toMatchObject({ code: "bad-event" });
      }
    }),
  );
});
