import { afterEach, expect, test } from "vitest";
import type { HttpRequest } from "../../src/http/index.ts";
import { httpWorld, refusal } from "./http-world.ts";

/** The request as a route sees it. */
async function seen(target: string, init?: RequestInit, input = {}): Promise<HttpRequest> {
  const got: HttpRequest[] = [];
  const world = httpWorld((app) => app.all("*", async (req) => void got.push(req)), { space: "dev" });
  await world.send(target, init, input);
  const [req] = got;
  if (req === undefined) throw new Error("the route was not reached");
  return req;
}

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(Reflect.get({}, "x")).toBeUndefined();
});

test("knows the path with its prefixes, the path that decides, and the URL as sent", async () => {
  const req = await seen("/dev/a%20b?q=1&r=x%20y");
  expect(req).toMatchObject({
    path: "/dev/a b",
    apiPath: "/a b",
    originalUrl: "/dev/a%20b?q=1&r=x%20y",
    url: "/dev/a%20b?q=1&r=x%20y",
    method: "GET",
    hostname: "example.test",
  });
});

test("has decoded query values, and arrays for repeated keys", async () => {
  const { query } = await seen("/x?a=1&b=x+y&c=%C3%A9&d=1&d=2&d=&e&a[b]=3&bad=%zz");
  expect(query).toEqual({ a: "1", b: "x y", c: "é", d: ["1", "2", ""], e: "", "a[b]": "3", bad: "%zz" });
});

test.each([
  "__proto__[x]=1",
  "__proto__.x=1",
  "__proto__=1&__proto__=2",
  "a[__proto__][x]=1",
  "a.__proto__=1",
  "constructor[prototype][x]=1",
  "constructor.prototype.x=1",
  "__proto__:x=1",
  "%5F_proto__=1",
])("security 20, 24: a query or form with %s is refused", async (text) => {
  const world = httpWorld((app) => app.all("*", (_req, res) => res.end("inside")));
  expect(await refusal(world.send(`/x?${text}`))).toBe("400 unsafe-key");
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  expect(await refusal(world.send("/x", { method: "POST", headers, body: text }))).toBe("400 unsafe-key");
});

test("names that only look like those of a prototype are data, and nothing is inherited", async () => {
  const { query } = await seen("/x?constructor=1&prototype=2&my__proto__=3&hasOwnProperty=4");
  expect(Object.getPrototypeOf(query)).toBeNull();
  expect({ ...query }).toEqual({ constructor: "1", prototype: "2", my__proto__: "3", hasOwnProperty: "4" });
  expect(query["toString"]).toBeUndefined();
});

test("header names are in lower case, and no header is inherited", async () => {
  const { headers } = await seen("/x", { headers: { "X-Custom": "1", Accept: "text/html" } });
  expect(headers).toMatchObject({ "x-custom": "1", accept: "text/html" });
  expect(headers["constructor"]).toBeUndefined();
});

test("the address comes from the connection, not from what the client claims", async () => {
  const claimed = { headers: { "x-real-ip": "6.6.6.6" } };
  expect((await seen("/x", claimed)).headers["x-real-ip"]).toBeUndefined();
  const known = await seen("/x", claimed, { ip: "203.0.113.7" });
  expect(known).toMatchObject({ ip: "203.0.113.7" });
  expect(known.headers).toMatchObject({ "x-real-ip": "203.0.113.7", "x-forwarded-for": "203.0.113.7" });
});

test("the body is there parsed, as text and as bytes", async () => {
  const text = '{"b":1,  "a":[1]}';
  const req = await seen("/x", { method: "POST", headers: { "content-type": "application/json" }, body: text });
  expect(req.body).toEqual({ a: [1], b: 1 });
  expect(req.rawBody).toBe(text);
  expect(Buffer.from(req.rawBytes).toString()).toBe(text);
});

test.each([
  ["UTF-8", Buffer.from("é🍕")],
  ["invalid UTF-8", Buffer.from([0x61, 0xff, 0xfe])],
  ["a byte order mark", Buffer.from([0xef, 0xbb, 0xbf, 0x61])],
  ["line ends", Buffer.from("a\r\nb\n")],
])("the bytes of a body are exact: %s", async (_name, bytes) => {
  const req = await seen("/x", {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: new Uint8Array(bytes),
  });
  expect(Buffer.from(req.rawBytes).equals(bytes)).toBe(true);
  expect(req.rawBody).toBe(bytes.toString("utf8"));
  expect(req.body).toEqual({});
});
