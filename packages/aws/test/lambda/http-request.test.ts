import { whole } from "./whole-answer.ts";
import { describe, expect, test } from "vitest";
import { httpEvent, loadEvent } from "./load-event.ts";

const binary = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff, 0xfe, 0x80]);
const api = "https://r3pmxmplak.execute-api.eu-central-1.amazonaws.com";
const rest = "https://q8xmplw2c1.execute-api.eu-central-1.amazonaws.com";

describe("method, path and query", () => {
  test.each([
    ["http-api-get", "GET", `${api}/prod/orders/caf%C3%A9%2050%25?tag=a&tag=b%26c&q=x+y&empty=`],
    ["http-api-post-json", "POST", `${api}/orders`],
    [
      "function-url-get",
      "GET",
      "https://a7bxmpl2kqz4d5v3.lambda-url.eu-central-1.on.aws/files/a%2Fb%20c?page=2&page=3",
    ],
    ["rest-get", "GET", `${rest}/prod/orders/a%2Fb?tag=a&tag=b%26c&q=x%20y%3D1`],
    ["http-api-payload-1", "GET", `${api}/prod/orders/a%20b`],
    [
      "load-balancer-single",
      "GET",
      "https://orders-846800462.eu-central-1.elb.amazonaws.com/orders/a%2Fb?q=x%20y%26z&tag=b",
    ],
    ["load-balancer-multi", "POST", "https://orders-846800462.eu-central-1.elb.amazonaws.com/orders?tag=a&tag=b%26c"],
  ])("%s", (name, method, url) => {
    const event = httpEvent(name);
    expect(event.read().request).toMatchObject({ method, url });
    expect(event.method).toBe(method);
    expect(event.rawPath).toBe(new URL(url).pathname);
  });

  test("an HTTP API has decoded the path once: a percent sign the client escaped is escaped again", () => {
    expect(httpEvent("http-api-get", { rawPath: "/a%41?b#c\\d" }).rawPath).toBe("/a%2541%3Fb%23c%5Cd");
  });

  test("elsewhere escapes stay as the client sent them, also broken ones", () => {
    expect(httpEvent("function-url-get", { rawPath: "/%61dmin/%zz" }).rawPath).toBe("/%61dmin/%zz");
  });

  test("dot segments stay in rawPath", () => {
    const event = httpEvent("function-url-get", { rawPath: "/x/../admin/%2e%2e/" });
    expect(event.rawPath).toBe("/x/../admin/%2e%2e/");
  });

  test("a path of several slashes is no host", () => {
    expect(httpEvent("function-url-get", { rawPath: "//evil.example/x" }).read().request.url).toMatch(
      /on\.aws\/\/evil\.example\/x\?/,
    );
  });

  test("a number sign in a query is part of it", () => {
    expect(httpEvent("http-api-get", { rawQueryString: "a=1#b&c=2" }).read().request.url).toMatch(/\?a=1%23b&c=2$/);
  });

  test("an empty path is the root", () => {
    expect(httpEvent("http-api-get", { rawPath: "" }).rawPath).toBe("/");
  });

  test.each(["http://evil.example/x", "*"])("the path %s is a bad request", (path) => {
    expect(() => httpEvent("load-balancer-single", { path }).read().request).toThrow(
      expect.objectContaining({ code: "bad-event" }),
    );
  });
});

describe("the stage of a REST API", () => {
  const context = (stage: string, path: string) => ({ stage, path, domainName: "api.example.com" });

  test("stands in rawPath when it stood in the URL", () => {
    const event = httpEvent("rest-get");
    expect([event.stage, event.rawPath]).toEqual(["prod", "/prod/orders/a%2Fb"]);
  });

  test("is found in a root URL with and without the last slash", () => {
    const at = (path: string) => httpEvent("rest-get", { path: "/", requestContext: context("prod", path) }).rawPath;
    expect([at("/prod"), at("/prod/")]).toEqual(["/prod/", "/prod/"]);
  });

  test("is not added on a custom domain, even where a base path has its name", () => {
    const event = httpEvent("rest-get", { path: "/prod/x", requestContext: context("prod", "/prod/x") });
    expect(event.rawPath).toBe("/prod/x");
  });

  test("is not taken from a route that begins with its name", () => {
    const event = httpEvent("rest-get", { path: "/prod/x", requestContext: context("prod", "/prod/prod/x") });
    expect(event.rawPath).toBe("/prod/prod/x");
  });

  test("$default is none", () => {
    expect(httpEvent("http-api-post-json").stage).toBeUndefined();
    expect(httpEvent("http-api-get").stage).toBe("prod");
  });
});

describe("headers", () => {
  test.each(["http-api-get", "rest-get", "load-balancer-single", "load-balancer-multi"])(
    "%s keeps every cookie",
    (name) => {
      expect(httpEvent(name).read().request.headers.get("cookie")).toBe("session=abc; theme=dark");
    },
  );

  test("repeated values are all there", () => {
    expect(httpEvent("rest-get").read().request.headers.get("x-repeated")).toBe("one, two");
    expect(httpEvent("http-api-get").read().request.headers.get("x-repeated")).toBe("one,two");
  });

  test("a REST event with single-value headers only is read too", () => {
    const event = httpEvent("rest-post", { multiValueHeaders: null });
    expect(event.read().request.headers.get("content-type")).toBe("application/json");
  });

  test("text beyond Latin-1 becomes its UTF-8 bytes", () => {
    const value = httpEvent("http-api-get", { headers: { "x-name": "żółw" } })
      .read()
      .request.headers.get("x-name");
    expect(Buffer.from(value ?? "", "latin1").toString("utf8")).toBe("żółw");
  });

  test.each([{ "x y": "1" }, { "": "1" }, { x: "a\r\nb: c" }, { x: "a\0" }])("%j is a bad request", (headers) => {
    expect(() => httpEvent("http-api-get", { headers }).read().request).toThrow(
      expect.objectContaining({ code: "bad-event" }),
    );
  });

  test.each(["a/b", "a@b", "a?b", "a b", "x:99999", "999.1.1.1"])("the host %s is a bad request", (host) => {
    const event = httpEvent("load-balancer-single", { headers: { host } });
    expect(() => event.read().request).toThrow(expect.objectContaining({ code: "bad-event" }));
  });

  test("a Host header does not rename an API", () => {
    const event = httpEvent("http-api-get", { headers: { host: "evil.example", "x-forwarded-host": "evil.example" } });
    expect(new URL(event.read().request.url).host).toBe("r3pmxmplak.execute-api.eu-central-1.amazonaws.com");
  });
});

describe("the client's address comes from the service", () => {
  test.each(["http-api-get", "function-url-get", "rest-get", "load-balancer-single", "load-balancer-multi"])(
    "%s",
    (name) => {
      expect(httpEvent(name).sourceIp).toBe("203.0.113.7");
    },
  );

  test.each([
    ["1.1.1.1, 203.0.113.7:4711", "203.0.113.7"],
    ["1.1.1.1, [2001:db8::1]:4711", "2001:db8::1"],
    ["2001:db8::1", "2001:db8::1"],
    ["", undefined],
  ])("the load balancer's last hop of %j is %s", (value, address) => {
    expect(httpEvent("load-balancer-single", { headers: { "x-forwarded-for": value } }).sourceIp).toBe(address);
  });

  test("the request id is the service's", () => {
    expect(httpEvent("http-api-get").requestId).toBe("JKJaXmPLvHcESHA=");
    expect(httpEvent("rest-get").requestId).toBe("79104xmp-b2d1-4d2f-9a58-3a2b6dd1c7d0");
  });
});

describe("bodies", () => {
  test("JSON arrives as it was sent", () => {
    const { body } = httpEvent("http-api-post-json").read();
    expect(JSON.parse(Buffer.from(body).toString())).toEqual({ order: "A-1", note: "grüße ✓" });
  });

  test.each(["http-api-post-binary", "load-balancer-multi"])("%s arrives to the byte", async (name) => {
    expect(new Uint8Array(httpEvent(name).read().body)).toEqual(binary);
  });

  test("content-length is what arrived, whatever the client claimed", () => {
    const claim = { "content-length": "1", "transfer-encoding": "chunked" };
    const event = httpEvent("http-api-post-binary", { headers: claim });
    expect(event.read().request.headers.get("content-length")).toBe("12");
    expect(event.read().request.headers.get("transfer-encoding")).toBeNull();
    expect(httpEvent("rest-post").read().request.headers.get("content-length")).toBe("15");
  });

  test.each(["GET", "HEAD"])("the body of a %s is ignored", async (httpMethod) => {
    const request = httpEvent("rest-post", { httpMethod }).read().request;
    expect(request.body).toBeNull();
    expect(request.headers.has("content-length")).toBe(false);
  });

  test.each([
    ["not base64", { body: "?!", isBase64Encoded: true }],
    ["base64 without its padding", { body: "YQ", isBase64Encoded: true }],
    ["base64 with a line end", { body: "YQ==\n", isBase64Encoded: true }],
    ["base64 of the URL alphabet", { body: "_-8=", isBase64Encoded: true }],
    ["half a surrogate pair", { body: "a\ud800" }],
    ["an object", { body: { a: 1 } }],
  ])("%s is a bad request that can still be answered", async (_name, replaced) => {
    const event = httpEvent("rest-post", replaced);
    expect(() => event.read().request).toThrow(expect.objectContaining({ code: "bad-event" }));
    expect(event.respond(await whole(new Response("no", { status: 400 })))).toMatchObject({
      statusCode: 400,
      body: "no",
    });
  });
});

describe("methods Fetch refuses", () => {
  test.each(["TRACE", "CONNECT", "TRACK", "trace", "BAD METHOD", ""])("%j is reported, and harmless", (httpMethod) => {
    const event = httpEvent("rest-post", { httpMethod });
    expect(event).toMatchObject({ method: httpMethod, unsupportedMethod: httpMethod });
    expect(event.read().request.method).toBe("OPTIONS");
  });

  test.each(["PROPFIND", "OPTIONS", "PURGE"])("%s is carried as it is", (httpMethod) => {
    const event = httpEvent("rest-post", { httpMethod });
    expect(event.unsupportedMethod).toBeUndefined();
    expect(event.read().request.method).toBe(httpMethod);
  });
});

test("reading an event changes nothing in it", () => {
  const event = loadEvent("rest-get");
  const before = structuredClone(event);
  httpEvent("rest-get").read();
  expect(event).toEqual(before);
});
