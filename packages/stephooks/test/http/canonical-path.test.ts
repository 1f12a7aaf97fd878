import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalPath } from "../../src/http/canonical-path.ts";

const dev = { space: "dev" };

describe("a canonical path", () => {
  test.each([
    ["/", "/", "/"],
    ["/x", "/x", "/x"],
    ["/x/", "/x/", "/x/"],
    ["/dev", "/dev", "/"],
    ["/dev/", "/dev/", "/"],
    ["/dev/x", "/dev/x", "/x"],
    ["/%64ev/x", "/dev/x", "/x"],
    ["/dev/dev/x", "/dev/dev/x", "/dev/x"],
    ["/devx/y", "/devx/y", "/devx/y"],
    ["/DEV/x", "/DEV/x", "/DEV/x"],
    ["/x/dev/y", "/x/dev/y", "/x/dev/y"],
    ["/a%20b", "/a b", "/a b"],
    ["/%C3%A9", "/é", "/é"],
    ["/é", "/é", "/é"],
    ["/%2541", "/%41", "/%41"],
    ["/%252F", "/%2F", "/%2F"],
    ["/...", "/...", "/..."],
    ["/.well-known/x", "/.well-known/x", "/.well-known/x"],
    ["/a%3Fb%23c", "/a?b#c", "/a?b#c"],
    ["/%F0%9F%8D%95", "/🍕", "/🍕"],
  ])("of %s shows %s and decides by %s", (raw, path, apiPath) => {
    expect(canonicalPath(raw, dev)).toEqual({ ok: true, path, apiPath });
  });

  test("loses the stage, then the space, each once", () => {
    expect(canonicalPath("/prod/dev/dev/x", { space: "dev", stage: "prod" })).toMatchObject({ apiPath: "/dev/x" });
    expect(canonicalPath("/prod/x", { space: "dev", stage: "prod" })).toMatchObject({ apiPath: "/x" });
    expect(canonicalPath("/dev/prod/x", { space: "dev", stage: "prod" })).toMatchObject({ apiPath: "/prod/x" });
  });

  test("is whole when there is neither space nor stage", () => {
    expect(canonicalPath("/dev/x", { space: "" })).toMatchObject({ apiPath: "/dev/x" });
  });
});

test.each([
  "",
  "x",
  "*",
  "http://example.test/x",
  "//x",
  "/x//y",
  "/x//",
  "/x%2Fy",
  "/x%2fy",
  "/x%5Cy",
  "/x%5cy",
  "/x\\y",
  "/x%00",
  "/x\0",
  "/.",
  "/..",
  "/./x",
  "/x/../y",
  "/x/..",
  "/%2e/x",
  "/%2E%2e/x",
  "/.%2e/x",
  "/%",
  "/%4",
  "/%zz",
  "/%C3",
  "/%C0%AF",
  "/%C1%9C",
  "/%E0%80%AF",
  "/%ED%A0%80",
  "/%F5%80%80%80",
  "/\ud800",
  "/x%0Ay",
  "/x%0D",
  "/x%7F",
  "/x%C2%85",
  "/x%E2%80%A8y",
  "/x\n",
  "/x?y",
  "/x#y",
  "/dev//x",
])("the path %j is refused", (raw) => {
  expect(canonicalPath(raw, dev)).toMatchObject({ ok: false, code: "bad-path" });
});

const trickyPath = fc
  .array(
    fc.constantFrom("/", "a", "dev", ".", "..", "%", "%2F", "%2e", "%25", "%5c", "\\", "%41", "é", "%C0%AF", "\0", ";"),
    { maxLength: 12 },
  )
  .map((parts) => `/${parts.join("")}`);

test("an accepted path holds nothing that a second reading would change", () => {
  fc.assert(
    fc.property(trickyPath, (raw) => {
      const canonical = canonicalPath(raw, dev);
      if (!canonical.ok) return;
      const { pathname } = new URL(`http://h${encodeURI(canonical.apiPath).replaceAll("?", "%3F")}`);
      expect(decodeURI(pathname)).toBe(canonical.apiPath);
      expect(canonical.apiPath).not.toMatch(/\\|\/\/|\0|(^|\/)\.{1,2}(\/|$)/);
    }),
  );
});

test("a path is decoded exactly once", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (segment) => {
      const canonical = canonicalPath(`/x${encodeURIComponent(segment)}`, dev);
      if (canonical.ok) expect(canonical.apiPath).toBe(`/x${segment}`);
    }),
  );
});
