import { describe, expect, test } from "vitest";
import { AppResponse } from "../../src/http/app-response.ts";

async function shown(res: AppResponse): Promise<{ status: number; type: string | null; text: string }> {
  res.close();
  const response = res.toResponse();
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
}

const json = "application/json; charset=utf-8";
const plain = "text/plain; charset=utf-8";

test("an unanswered response is an empty 200", async () => {
  expect(await shown(new AppResponse())).toEqual({ status: 200, type: null, text: "" });
});

test.each<[name: string, answer: (res: AppResponse) => unknown, type: string | null, text: string]>([
  ["json(object)", (res) => res.json({ a: [1] }), json, '{"a":[1]}'],
  ["json(null)", (res) => res.json(null), json, "null"],
  ["json(undefined)", (res) => res.json(undefined), json, ""],
  ["send(text)", (res) => res.send("plain"), plain, "plain"],
  ["send(object)", (res) => res.send({ a: 1 }), json, '{"a":1}'],
  ["send(number)", (res) => res.send(42), json, "42"],
  ["send()", (res) => res.send(), null, ""],
  ["send(bytes)", (res) => res.send(new Uint8Array([0x68, 0x69])), "application/octet-stream", "hi"],
  ["end(object)", (res) => res.end({ a: 1 }), json, '{"a":1}'],
  ["end(text)", (res) => res.end("x"), plain, "x"],
  ["end()", (res) => res.end(), null, ""],
  [
    "write and end",
    (res) => res.write("a").write({ b: 1 }).write(2).write(Buffer.from("c"), "buffer").end("d"),
    null,
    'a{"b":1}2cd',
  ],
  ["type", (res) => res.type("text/xml").send("<a/>"), "text/xml", "<a/>"],
  ["short type", (res) => res.type("html").send("<a>"), "text/html; charset=utf-8", "<a>"],
  [
    "set type, then json",
    (res) => res.set("Content-Type", "application/problem+json").json({}),
    "application/problem+json",
    "{}",
  ],
])("%s", async (_name, act, type, text) => {
  const res = new AppResponse();
  act(res);
  expect(await shown(res)).toEqual({ status: 200, type, text });
});

test("status, set, headers, setHeader, removeHeader and type chain", async () => {
  const res = new AppResponse();
  res
    .status(201)
    .set("x-a", "1")
    .set({ "x-b": 2 })
    .headers({ "X-C": "3" })
    .setHeader("x-d", "4")
    .removeHeader("X-D")
    .json({});
  const { status, headers } = res.toResponse();
  expect(status).toBe(201);
  expect(["x-a", "x-b", "x-c", "x-d"].map((name) => headers.get(name))).toEqual(["1", "2", "3", null]);
});

test("a header with several values is several lines", () => {
  const res = new AppResponse();
  res.setHeader("Set-Cookie", ["a=1", "b=2"]).end();
  expect(res.toResponse().headers.getSetCookie()).toEqual(["a=1", "b=2"]);
});

test("after the end nothing changes any more, and nothing throws", async () => {
  const res = new AppResponse();
  res.json({ first: true });
  res.json({ second: true }).send("x").write("y").status(500).status(9999).set("x-late", "1\n").redirect("/z").end();
  expect(res.headersSent && res.writableEnded).toBe(true);
  expect(await shown(res)).toEqual({ status: 200, type: json, text: '{"first":true}' });
  expect(res.toResponse().headers.has("x-late")).toBe(false);
});

test("after the first write status and headers stay, the body goes on", async () => {
  const res = new AppResponse();
  expect(res.headersSent).toBe(false);
  res.write("a");
  expect([res.headersSent, res.writableEnded]).toEqual([true, false]);
  res.status(404).set("x-late", "1").end("b");
  expect(await shown(res)).toEqual({ status: 200, type: null, text: "ab" });
});

test("what was written is a copy: a buffer may be used again", async () => {
  const res = new AppResponse();
  const buffer = Buffer.from("one");
  res.write(buffer);
  buffer.write("two");
  expect((await shown(res)).text).toBe("one");
});

test("a status may be a text of digits, as errors of other packages carry it", () => {
  expect(
    new AppResponse()
      .status("404" as never)
      .end()
      .toResponse().status,
  ).toBe(404);
});

describe("redirect", () => {
  test.each<[answer: (res: AppResponse) => unknown, status: number]>([
    [(res) => res.redirect("/there"), 302],
    [(res) => res.redirect(301, "/there"), 301],
    [(res) => res.redirect("/there", 307), 307],
  ])("sends the client on", (act, status) => {
    const res = new AppResponse();
    act(res);
    expect(res.toResponse().status).toBe(status);
    expect(res.toResponse().headers.get("location")).toBe("/there");
    expect(res.writableEnded).toBe(true);
  });

  test.each(["/a\r\nset-cookie: x=1", "/a\nb", "/a\0"])("to %j is refused", (target) => {
    expect(() => new AppResponse().redirect(target)).toThrow(expect.objectContaining({ code: "invalid-header" }));
  });

  test("escapes what a header cannot hold, and that alone", () => {
    const location = (url: string): string | undefined => new AppResponse().redirect(url).getHeader("location");
    expect(location("/é?q=a b%20c&d=[1]#ü")).toBe("/%C3%A9?q=a%20b%20c&d=[1]#%C3%BC");
    expect(location("/\ud800")).toBe("/%EF%BF%BD");
  });

  test("with a status that is none is refused", () => {
    expect(() => new AppResponse().redirect(200, "/x")).toThrow(expect.objectContaining({ code: "invalid-status" }));
  });
});

test.each([
  ["x-a", "1\r\nx-b: 2"],
  ["x-a", "\0"],
  ["x-a", "é"],
  ["x a", "1"],
  ["", "1"],
  ["x-a\n", "1"],
])("the header %j: %j is refused", (name, value) => {
  expect(() => new AppResponse().set(name, value)).toThrow(expect.objectContaining({ code: "invalid-header" }));
});

test.each([0, 100, 199, 600, 200.5, Number.NaN])("the status %s is refused", (code) => {
  expect(() => new AppResponse().status(code)).toThrow(expect.objectContaining({ code: "invalid-status" }));
});

test.each([204, 205, 304])("a %s has no body, whatever was sent", async (code) => {
  const res = new AppResponse();
  res.status(code).send("text");
  expect((await shown(res)).text).toBe("");
});

test("length and framing of the message are not the app's to say", () => {
  const res = new AppResponse();
  res.set({ "content-length": 5, "transfer-encoding": "chunked" }).send("longer than five");
  expect([...res.toResponse().headers.keys()]).toEqual(["content-type"]);
});
