import { describe, expect, test } from "vitest";
import { httpApiEvent, type ServerRequest } from "../src/http-api-event.ts";

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
