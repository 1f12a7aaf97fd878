import { whole } from "./whole-answer.ts";
import { describe, expect, test } from "vitest";
import { httpEvent } from "./load-event.ts";

function twoCookies(): Response {
  const response = new Response("ok", { status: 201, headers: { "content-type": "text/plain", "x-a": "1" } });
  response.headers.append("set-cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT");
  response.headers.append("set-cookie", "b=2");
  return response;
}

describe("several cookies stay several", () => {
  const cookies = ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"];
  const headers = { "content-type": "text/plain", "x-a": "1" };

  test.each(["http-api-get", "function-url-get"])("%s: a list of their own", async (name) => {
    const result = httpEvent(name).respond(await whole(twoCookies()));
    expect(result).toEqual({ statusCode: 201, headers, cookies, body: "ok", isBase64Encoded: false });
  });

  test.each(["rest-get", "http-api-payload-1"])(
    "%s: multi-value headers, and no field it does not know",
    async (name) => {
      const result = httpEvent(name).respond(await whole(twoCookies()));
      const multiValueHeaders = { "set-cookie": cookies };
      expect(result).toEqual({ statusCode: 201, headers, multiValueHeaders, body: "ok", isBase64Encoded: false });
    },
  );

  test("a load balancer with multi-value headers reads only those", async () => {
    expect(httpEvent("load-balancer-multi").respond(await whole(twoCookies()))).toEqual({
      statusCode: 201,
      statusDescription: "201 Created",
      multiValueHeaders: { "content-type": ["text/plain"], "x-a": ["1"], "set-cookie": cookies },
      body: "ok",
      isBase64Encoded: false,
    });
  });

  test("a load balancer without them gets each cookie under a spelling of its own", async () => {
    expect(httpEvent("load-balancer-single").respond(await whole(twoCookies()))).toEqual({
      statusCode: 201,
      statusDescription: "201 Created",
      headers: { ...headers, "set-cookie": cookies[0], "Set-cookie": cookies[1] },
      body: "ok",
      isBase64Encoded: false,
    });
  });

  test("512 cookies have 512 spellings", async () => {
    const response = new Response(null);
    for (let index = 0; index < 512; index++) response.headers.append("set-cookie", `c${index}=1`);
    const { headers: sent = {} } = httpEvent("load-balancer-single").respond(await whole(response));
    expect(Object.values(sent)).toHaveLength(512);
    expect(new Set(Object.keys(sent).map((name) => name.toLowerCase()))).toEqual(new Set(["set-cookie"]));
  });
});

describe("text or base64", () => {
  test.each([
    ["text/html; charset=UTF-8", "text"],
    ["text/event-stream", "text"],
    ["application/json", "text"],
    ["application/problem+json", "text"],
    ["image/svg+xml", "text"],
    ["application/javascript;charset=utf8", "text"],
    ["application/x-www-form-urlencoded", "text"],
    ["text/plain; charset=iso-8859-1", "base64"],
    ["application/octet-stream", "base64"],
    ["image/png", "base64"],
    ["application/jsonp", "base64"],
  ])("%s travels as %s", async (type, form) => {
    const response = new Response(new TextEncoder().encode("grüße"), { headers: { "content-type": type } });
    expect(httpEvent("http-api-get").respond(await whole(response)).isBase64Encoded).toBe(form === "base64");
  });

  test("a body without a type travels as base64", async () => {
    const result = httpEvent("rest-get").respond(await whole(new Response(Uint8Array.of(104, 105))));
    expect(result).toMatchObject({ body: "aGk=", isBase64Encoded: true });
  });

  test("compressed text travels as base64", async () => {
    const headers = { "content-type": "text/plain", "content-encoding": "gzip" };
    const result = httpEvent("rest-get").respond(await whole(new Response("x", { headers })));
    expect(result.isBase64Encoded).toBe(true);
  });

  test("text that is not UTF-8 keeps its bytes", async () => {
    const response = new Response(Uint8Array.of(0xff), { headers: { "content-type": "text/plain" } });
    expect(httpEvent("rest-get").respond(await whole(response))).toMatchObject({
      body: "/w==",
      isBase64Encoded: true,
    });
  });

  test("a byte order mark is kept", async () => {
    const response = new Response("\ufeffa", { headers: { "content-type": "text/plain" } });
    expect(httpEvent("rest-get").respond(await whole(response)).body).toBe("\ufeffa");
  });
});

describe("what is about the connection", () => {
  test("a HEAD is answered without a body and with the length it would have had", async () => {
    const response = new Response("hello", { headers: { "content-length": "5", "content-type": "text/plain" } });
    const result = httpEvent("rest-get", { httpMethod: "HEAD" }).respond(await whole(response));
    expect(result).toMatchObject({ body: "", isBase64Encoded: false, headers: { "content-length": "5" } });
  });

  test("a wrong content-length is corrected and a transfer coding dropped", async () => {
    const response = new Response("hello", { headers: { "content-length": "1", "transfer-encoding": "chunked" } });
    const { headers } = httpEvent("rest-get").respond(await whole(response));
    expect(headers).toEqual({ "content-length": "5", "content-type": "text/plain;charset=UTF-8" });
  });

  test("no body is an empty one", async () => {
    const result = httpEvent("load-balancer-single").respond(await whole(new Response(null, { status: 204 })));
    expect(result).toMatchObject({ statusCode: 204, statusDescription: "204 No Content", body: "" });
  });
});
