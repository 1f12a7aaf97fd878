import { createHash, createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Front, type Fronted, fronted, frontNames, withKey } from "./fronts.ts";
import { codeOf, type RawAnswer, type RawRequest } from "./raw-request.ts";

let served: Fronted;
beforeAll(async () => {
  served = await fronted((app) => {
    app.post("/parsed", (req, res) => res.json({ body: req.body, query: req.query }));
    app.post("/digest", (req, res) =>
      res.json({ bytes: createHash("sha256").update(req.rawBytes).digest("hex"), text: req.rawBody }),
    );
    app.post("/unread", (_req, res) => res.end("not read"));
    app.post("/piped", (req, res) => req.pipe(res.type("application/octet-stream").writable));
    app.post("/copied", (req, res) => res.json({ ...Object.assign({}, req.body), polluted: Reflect.get({}, "x") }));
  });
});
afterAll(() => served.stop());
afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(Reflect.get({}, "x")).toBeUndefined();
});

const json = ["content-type", "application/json"] as const;
const form = ["content-type", "application/x-www-form-urlencoded"] as const;

function front(name: string): Front {
  const found = served.fronts.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no front ${name}`);
  return found;
}

describe.each(frontNames)("through the %s", (name) => {
  const post = (target: string, body: string | Uint8Array, ...headers: NonNullable<RawRequest["headers"]>) =>
    front(name).send({ method: "POST", target, body, headers: [withKey, ...headers] });
  const parsed = async (answer: Promise<RawAnswer>): Promise<unknown> => JSON.parse((await answer).body.toString());

  /** A load balancer hands a function 1 MB and takes as much; what others pass on is 6 MB. All with its encoding. */
  const isBalancer = name.startsWith("load balancer");

  test.each<[string, Uint8Array]>([
    ["nothing", Buffer.alloc(0)],
    ["UTF-8", Buffer.from('{"name": "é🍕"}')],
    ["invalid UTF-8", Buffer.from([0x61, 0xff, 0xfe, 0x80])],
    ["a byte order mark", Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])],
    ["line ends and white space", Buffer.from(' {\r\n\t"a" : 1 }\n')],
    ["every byte", Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ["gzip that is data", gzipSync("data")],
    ["many bytes", Buffer.alloc(isBalancer ? 700_000 : 5_000_000, "é")],
  ])("security 63: the bytes of a body of %s are exact", async (_what, bytes) => {
    const got = await parsed(post("/digest", bytes, ["content-type", "application/octet-stream"]));
    expect(got).toEqual({
      bytes: createHash("sha256").update(bytes).digest("hex"),
      text: Buffer.from(bytes).toString("utf8"),
    });
    const answerable = bytes.subarray(0, 4_600_000);
    const piped = await post("/piped", answerable, ["content-type", "application/octet-stream"]);
    expect(piped.body.equals(answerable)).toBe(true);
  });

  test("an answer that could not leave a function is refused with a code", async () => {
    const bytes = Buffer.alloc(isBalancer ? 800_000 : 4_800_000);
    const got = codeOf(await post("/piped", bytes, ["content-type", "application/octet-stream"]));
    expect(got).toBe(name === "dev server" ? "200" : "500 answer-too-large");
  });

  test("security 63: a signature over rawBody holds, and not over one changed byte", async () => {
    const sign = (text: string): string => createHmac("sha256", "whsec").update(text).digest("hex");
    const body = '{"id": "evt_1",  "amount":1.0}\n';
    const sentText = async (text: string): Promise<string> =>
      String(Object(await parsed(post("/digest", text, json))).text);
    expect(sign(await sentText(body))).toBe(sign(body));
    expect(sign(await sentText(body.replace("1.0", "1.1")))).not.toBe(sign(body));
  });

  test.each([
    ['{"a":', 5],
    ["\ufeff{}", 0],
    ["{} x", 3],
    ['{"a":NaN}', 5],
    [String.raw`"\ud800"`, 1],
    ["", undefined],
  ])("security 7: the JSON %j is refused at position %s", async (body, position) => {
    const answer = await post("/parsed", body, json);
    if (position === undefined) return expect(answer.status).toBe(200);
    expect(codeOf(answer)).toBe("400 malformed-json");
    expect(answer.body.toString()).toContain(`position ${position}.`);
  });

  test("security 7: of two equal keys the last counts", async () => {
    expect(await parsed(post("/parsed", '{"a":1,"a":2}', json))).toMatchObject({ body: { a: 2 } });
  });

  test("security 8: a million brackets are refused, fast, and 100 are accepted", async () => {
    const deep = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    expect((await post("/parsed", deep(100), json)).status).toBe(200);
    expect(codeOf(await post("/parsed", deep(101), json))).toBe("400 json-too-deep");
    expect(codeOf(await post("/parsed", deep(1_000_000), json))).toBe("400 json-too-deep");
  });

  test("security 9: a form or query of more than 1,000 fields is refused", async () => {
    const fields = (count: number): string => Array.from({ length: count }, (_, at) => `f${at}=1`).join("&");
    expect((await post("/parsed", fields(1_000), form)).status).toBe(200);
    expect(codeOf(await post("/parsed", fields(1_001), form))).toBe("413 too-many-fields");
    expect(codeOf(await post(`/parsed?${fields(1_001)}`, "", form))).toBe("413 too-many-fields");
  });

  test("security 9: a body above the limit is refused, also when nobody reads it", async () => {
    const large = Buffer.alloc(6_291_457);
    expect(codeOf(await post("/unread", large))).toBe("413 body-too-large");
    expect((await post("/unread", large.subarray(1))).status).toBe(200);
  });

  test.each(["gzip", "br", "deflate", "identity, gzip", "GZIP"])(
    "security 10: a body in %s is not unpacked",
    async (encoding) => {
      const bomb = gzipSync(Buffer.alloc(1_000_000));
      expect(codeOf(await post("/parsed", bomb, json, ["content-encoding", encoding]))).toBe(
        "415 unsupported-encoding",
      );
    },
  );

  test("security 11: a multipart body is bytes and nothing else, whatever its parts are called", async () => {
    const part = '--b\r\ncontent-disposition: form-data; name="__proto__.x"; filename="../../etc/passwd"\r\n\r\n1\r\n';
    const body = `${part.repeat(5_000)}--b--\r\n`;
    const type = ["content-type", "multipart/form-data; boundary=b"] as const;
    expect(await parsed(post("/parsed", body, type))).toMatchObject({ body: {} });
    expect((await post("/piped", body, type)).body.toString()).toBe(body);
  });

  test.each([
    '{"__proto__":{"x":1}}',
    '{"a":{"__proto__":{"x":1}}}',
    String.raw`{"_\u005fproto__":{"x":1}}`,
    '{"constructor":{"prototype":{"x":1}}}',
  ])("security 20: the JSON %s is refused", async (body) => {
    expect(codeOf(await post("/copied", body, json))).toBe("400 unsafe-key");
  });

  test.each(["__proto__[x]=1", "__proto__.x=1", "a[__proto__][x]=1", "constructor[prototype][x]=1", "__proto__=1"])(
    "security 24: the form and the query %s are refused",
    async (fields) => {
      expect(codeOf(await post("/copied", fields, form))).toBe("400 unsafe-key");
      expect(codeOf(await post(`/parsed?${fields}`, "", form))).toBe("400 unsafe-key");
    },
  );

  test.each([
    ["no type", []],
    ["text", [["content-type", "text/plain"]]],
    ["a type that only mentions JSON", [["content-type", "text/json-ish"]]],
    ["a parameter that mentions JSON", [["content-type", "text/plain; charset=application/json"]]],
    ["XML", [["content-type", "application/xml"]]],
  ] as const)("security 7: JSON sent as %s is not parsed", async (_what, headers) => {
    expect(await parsed(post("/parsed", '{"a":1}', ...headers))).toMatchObject({ body: {} });
  });

  test.each(["APPLICATION/JSON", "application/json ; charset=utf-8", "application/vnd.api+json"])(
    "security 7: JSON sent as %s is parsed",
    async (type) => {
      expect(await parsed(post("/parsed", '{"a":1}', ["content-type", type]))).toMatchObject({ body: { a: 1 } });
    },
  );
});

describe("over a socket", () => {
  const send = (request: RawRequest) => front("dev server").send(request);

  test.each(["1", "999"])("security 5: a content-length of %s is not what arrives", async (length) => {
    const body = "x".repeat(10);
    const headers = [withKey, ["content-length", length]] as const;
    // Node's parser refuses two lengths that differ, so nothing can be smuggled between them.
    expect((await send({ method: "POST", target: "/unread", body, headers })).status).toBe(400);
  });

  test("security 5: a length and a transfer coding together are refused", async () => {
    const headers = [withKey, ["transfer-encoding", "chunked"]] as const;
    expect((await send({ method: "POST", target: "/unread", body: "0\r\n\r\nGET /x", headers })).status).toBe(400);
  });
});

test("security 20: no JSON body changes Object.prototype or fails without a code", async () => {
  const key = fc.constantFrom("a", "__proto__", "constructor", "prototype", "toString", "hasOwnProperty");
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), fc.dictionary(key, tie("any")), fc.array(tie("any"))),
  })).any;
  await fc.assert(
    fc.asyncProperty(value, async (sent) => {
      const [{ send }] = served.fronts as readonly [Front];
      const answer = await send({
        method: "POST",
        target: "/copied",
        body: JSON.stringify(sent),
        headers: [withKey, json],
      });
      expect(Reflect.ownKeys(Object.prototype)).toHaveLength(12);
      if (answer.status >= 500) expect(codeOf(answer)).toMatch(/^5\d\d [a-z-]+$/);
    }),
    { numRuns: 300 },
  );
});
