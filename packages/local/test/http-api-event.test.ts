import { describe, expect, test } from "vitest";
import { httpApiEvent, httpApiResponse, type ServerRequest } from "../src/http-api-event.ts";

function event(request: Request, more: Partial<ServerRequest> = {}): Readonly<Record<string, unknown>> {
  return {
    ...httpApiEvent({
      request,
      path: "/",
      query: "",
      body: new Uint8Array(),
      sourceIp: "127.0.0.1",
      requestId: "r1",
      time: 1_795_000_000_000,
      ...more,
    }),
  };
}

describe("the event", () => {
  test("has the fields of payload format 2.0", () => {
    const request = new Request("http://127.0.0.1:3000/", {
      headers: { host: "127.0.0.1:3000", "user-agent": "curl" },
    });
    expect(event(request, { path: "/a b", query: "q=%20" })).toEqual({
      version: "2.0",
      routeKey: "$default",
      rawPath: "/a b",
      rawQueryString: "q=%20",
      headers: { host: "127.0.0.1:3000", "user-agent": "curl" },
      requestContext: {
        accountId: "000000000000",
        apiId: "local",
        domainName: "127.0.0.1:3000",
        domainPrefix: "127",
        http: { method: "GET", path: "/a b", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "curl" },
        requestId: "r1",
        routeKey: "$default",
        stage: "$default",
        time: "18/Nov/2026:11:06:40 +0000",
        timeEpoch: 1_795_000_000_000,
      },
      isBase64Encoded: false,
    });
  });

  test("carries cookies in a list of their own, not as a header", () => {
    const { cookies, headers } = event(
      new Request("http://127.0.0.1/", { headers: { cookie: "a=1; b=2", accept: "x" } }),
    );
    expect({ cookies, headers }).toEqual({ cookies: ["a=1", "b=2"], headers: { accept: "x" } });
  });

  test("has no cookies when there are none", () => {
    expect(event(new Request("http://127.0.0.1/"))).not.toHaveProperty("cookies");
  });

  test("carries a body in base64, so that no byte is lost", () => {
    const body = Uint8Array.from([0, 255, 128]);
    expect(event(new Request("http://127.0.0.1/", { method: "POST" }), { body })).toMatchObject({
      body: "AP+A",
      isBase64Encoded: true,
    });
  });

  test("joins repeated headers with commas", () => {
    const headers = new Headers([
      ["x-tag", "a"],
      ["x-tag", "b"],
    ]);
    expect(event(new Request("http://127.0.0.1/", { headers }))["headers"]).toEqual({ "x-tag": "a, b" });
  });
});

describe("the response", () => {
  test("has the handler's status, headers and text", async () => {
    const response = httpApiResponse({ statusCode: 201, headers: { "content-type": "text/plain" }, body: "made" });
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(await response.text()).toBe("made");
  });

  test("sets each cookie with a header of its own", () => {
    const cookies = ["a=1; Path=/", "b=2, with comma"];
    expect(httpApiResponse({ statusCode: 200, cookies }).headers.getSetCookie()).toEqual(cookies);
  });

  test("decodes a base64 body", async () => {
    const response = httpApiResponse({ statusCode: 200, body: "AP+A", isBase64Encoded: true });
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 128]);
  });

  test.each([204, 205, 304])("with status %i has no body, even when the handler gave one", async (statusCode) => {
    const response = httpApiResponse({ statusCode, body: "text" });
    expect(response.status).toBe(statusCode);
    expect(response.body).toBeNull();
  });

  test.each([
    { answer: "nothing", result: undefined },
    { answer: "null", result: null },
    { answer: "a string", result: "fine" },
    { answer: "a list", result: [] },
    { answer: "no status", result: { body: "text" } },
    { answer: "a status in text", result: { statusCode: "200" } },
    { answer: "a status below 200", result: { statusCode: 101 } },
    { answer: "a status above 599", result: { statusCode: 600 } },
    { answer: "a status that is no number", result: { statusCode: Number.NaN } },
    { answer: "a header name with a space", result: { statusCode: 200, headers: { "no header": "x" } } },
    { answer: "a header value with a line break", result: { statusCode: 200, headers: { "x-a": "a\r\nx-b: b" } } },
  ])("to $answer is the API's own 500", async ({ result }) => {
    const response = httpApiResponse(result);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: "Internal Server Error" });
  });
});
