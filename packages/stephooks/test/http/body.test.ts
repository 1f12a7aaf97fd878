import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { scanJson } from "../../src/http/json-scan.ts";
import { parseBody } from "../../src/http/parse-body.ts";
import { answer, httpWorld, refusal } from "./http-world.ts";

const echo = httpWorld((app) => app.post("/x", (req, res) => res.json({ body: req.body })), {});
const post = (body: string | Uint8Array<ArrayBuffer>, type: string, headers: Record<string, string> = {}) =>
  echo.send("/x", { method: "POST", headers: { "content-type": type, ...headers }, body });
const deep = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

test.each<[body: string, type: string, parsed: unknown]>([
  ['{"a":1}', "application/json", { a: 1 }],
  ['{"a":1}', "Application/JSON; charset=utf-8", { a: 1 }],
  ['{"a":1}', "application/vnd.api+json", { a: 1 }],
  ["[1,2]", "application/json", [1, 2]],
  ["null", "application/json", null],
  [String.raw`"\ud83c\udf55\u00e9\n"`, "application/json", "🍕é\n"],
  ["[-0.5e+3, 0, 10E2]", "application/json", [-500, 0, 1000]],
  ['{"a":1,"a":2}', "application/json", { a: 2 }],
  ["", "application/json", {}],
  ["a=1&b=x+y&c=1&c=2", "application/x-www-form-urlencoded", { a: "1", b: "x y", c: ["1", "2"] }],
  ['{"a":1}', "text/plain", {}],
  ["--b", "multipart/form-data; boundary=b", {}],
])("%s as %s is %j", async (body, type, parsed) => {
  expect(await answer(post(body, type))).toEqual({ status: 200, body: { body: parsed } });
});

test.each([
  ['{"a":', 5],
  ["\ufeff{}", 0],
  ["{} x", 3],
  ['{"a":NaN}', 5],
  ["[1,]", 3],
  ["[01]", 2],
  ["[1.]", 3],
  ["[-]", 2],
  ["[+1]", 1],
  ["[1e]", 3],
  ["{a:1}", 1],
  ["{'a':1}", 1],
  ['{"a" 1}', 5],
  ['{"a":1,}', 7],
  ["[}", 1],
  ["[1 2]", 3],
  ['"a', 2],
  ['"a\nb"', 2],
  [String.raw`"\x"`, 1],
  [String.raw`"\u12g4"`, 1],
  [String.raw`"\ud800"`, 1],
  [String.raw`"a\udc00"`, 2],
  [String.raw`"\ud800A"`, 1],
  [String.raw`"\ud800\u0041"`, 1],
  ['"a\\', 3],
  ["tru", 0],
  ["  ", 2],
])("the JSON body %j is refused with the position %i", async (body, position) => {
  const { status, body: got } = await answer(post(body, "application/json"));
  expect(status).toBe(400);
  expect(got).toMatchObject({ error: { code: "malformed-json" } });
  expect(JSON.stringify(got)).toContain(`position ${position}.`);
});

test.each([
  ['{"__proto__":1}', 1],
  ['{"a":[{"\\u005f_proto__":{"x":1}}]}', 7],
  ['{"constructor":{"prototype":{"x":1}}}', 16],
  ['{"__proto__" :1}', 1],
])("security 20: the JSON body %s is refused with the position %i", async (body, position) => {
  const { body: got } = await answer(post(body, "application/json"));
  expect(got).toMatchObject({
    error: { code: "unsafe-key", message: expect.stringContaining(`position ${position}.`) },
  });
});

test.each([
  '{"constructor":"Ferrari"}',
  '{"prototype":{"constructor":1}}',
  '{"constructor":[{"prototype":1}]}',
  '["__proto__"]',
])("the JSON body %s is data", async (body) => {
  expect(await answer(post(body, "application/json"))).toEqual({ status: 200, body: { body: JSON.parse(body) } });
});

test("a JSON body that is not UTF-8 is refused", async () => {
  expect(await refusal(post(new Uint8Array([0x22, 0xff, 0x22]), "application/json"))).toBe("400 malformed-json");
});

describe("JSON nesting", () => {
  test("of 100 is accepted, of 101 refused", async () => {
    expect((await post(deep(100), "application/json")).status).toBe(200);
    expect(await refusal(post(deep(101), "application/json"))).toBe("400 json-too-deep");
  });

  test("is refused before the parser follows it: a million brackets, never closed", () => {
    expect(scanJson("[".repeat(1_000_000), 100)).toEqual({ code: "json-too-deep", position: 100 });
    expect(scanJson('{"a":'.repeat(1_000_000), 100)).toEqual({ code: "json-too-deep", position: 500 });
  });

  test("counts brackets, not what strings say", () => {
    expect(parseBody(Buffer.from(JSON.stringify("[".repeat(500))), "application/json")).toBe("[".repeat(500));
  });
});

test("the scan accepts every JSON text", () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 1, "\t"), (text, space) => {
      // Names of prototypes are refused on purpose.
      if (/prototype|__proto__/.test(text)) return;
      expect(scanJson(JSON.stringify(JSON.parse(text), null, space), 1000)).toBeUndefined();
    }),
  );
});

test("the scan refuses exactly what the parser refuses", () => {
  const noise = fc
    .array(fc.constantFrom(...'{}[],:"\\u019.-+eE ntrufals\n'.split("")), { maxLength: 12 })
    .map((parts) => parts.join(""));
  const cut = fc.tuple(fc.json(), fc.nat(), noise).map(([text, at, extra]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + extra + text.slice(place + 1);
  });
  const parses = (text: string): boolean => {
    try {
      return JSON.stringify(JSON.parse(text)) !== undefined;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(fc.oneof(noise, cut), (text) => {
      // A surrogate without partner is the one thing refused that the parser takes.
      if (/\\u[dD][89a-fA-F]/.test(text) || /prototype|__proto__/.test(text)) return;
      expect(scanJson(text, 1000) === undefined).toBe(parses(text));
    }),
    { numRuns: 3000 },
  );
});

describe("the limit on a body", () => {
  const small = httpWorld((app) => app.post("/x", (_req, res) => res.end("ok")), { maxBodyBytes: 10 });

  test("counts bytes, not characters", async () => {
    const send = (body: string) => small.send("/x", { method: "POST", body });
    expect((await send("é".repeat(5))).status).toBe(200);
    expect(await refusal(send("é".repeat(6)))).toBe("413 body-too-large");
  });

  test.each(["1", "0", "-1", "", "999999"])("does not believe a content-length of %j", async (length) => {
    const send = (body: string) => small.send("/x", { method: "POST", headers: { "content-length": length }, body });
    expect((await send("x".repeat(10))).status).toBe(200);
    expect(await refusal(send("x".repeat(11)))).toBe("413 body-too-large");
  });

  test("stops reading an endless body, which the handler never reads", async () => {
    let pulled = 0;
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        pulled += 1;
        controller.enqueue(new Uint8Array(4));
      },
      cancel: () => {
        cancelled = true;
      },
    });
    expect(await refusal(small.send("/x", { method: "POST", body, duplex: "half" }))).toBe("413 body-too-large");
    expect(pulled).toBeLessThan(6);
    expect(cancelled).toBe(true);
  });

  test("is 6 MiB by default", async () => {
    const send = (size: number) => echo.send("/x", { method: "POST", body: new Uint8Array(size) });
    expect((await send(6_291_456)).status).toBe(200);
    expect(await refusal(send(6_291_457))).toBe("413 body-too-large");
  });

  test("of a form is 1,000 fields", async () => {
    const fields = (count: number): string => Array.from({ length: count }, (_, at) => `f${at}=1`).join("&");
    expect((await post(fields(1000), "application/x-www-form-urlencoded")).status).toBe(200);
    expect(await refusal(post(fields(1001), "application/x-www-form-urlencoded"))).toBe("413 too-many-fields");
  });
});

test.each(["gzip", "br", "GZIP", "identity, gzip", "deflate"])(
  "a body in %s is refused, never unpacked",
  async (encoding) => {
    expect(await refusal(post("x", "application/json", { "content-encoding": encoding }))).toBe(
      "415 unsupported-encoding",
    );
  },
);

test("a body in identity is read", async () => {
  expect((await post("{}", "application/json", { "content-encoding": "Identity" })).status).toBe(200);
});

test("a body that breaks off is a refusal, not a fault", async () => {
  const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error("reset")) });
  expect(await refusal(echo.send("/x", { method: "POST", body, duplex: "half" }))).toBe("400 unreadable-body");
});
