import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePath } from "../../src/http/path-pattern.ts";

describe("a string path", () => {
  test.each([
    ["/", "/"],
    ["/users", "/users"],
    ["/users", "/users/"],
    ["/users/", "/users"],
    ["/users", "/USERS"],
    ["/Ünï", "/üNÏ"],
    ["/multi/*", "/multi/"],
    ["/multi/*", "/multi/a/b"],
    ["/app*", "/app"],
    ["/app*", "/app/x"],
    ["/app*", "/apple"],
    ["*", "/"],
    ["*", "/a/b"],
    ["/*", "/a/b/"],
    ["/a/*/z", "/a/b/c/z"],
    ["/a/**/z", "/a//z"],
    ["/a*b*c", "/axxbyyc"],
    ["/a.b", "/a.b"],
    ["/a+b(c)[d]", "/a+b(c)[d]"],
    ["/$x^|{1}", "/$x^|{1}"],
    ["/v1:2", "/v1:2"],
  ])("%s matches %s", (pattern, path) => {
    expect(compilePath(pattern).match(path)).toEqual({});
  });

  test.each([
    ["/", "/x"],
    ["/users", "/users/1"],
    ["/users", "/user"],
    ["/users", "/x/users"],
    ["/multi/*", "/multi"],
    ["/a.b", "/aXb"],
    ["/a+b", "/aab"],
    ["/:id", "/"],
    ["/:id", "/a/b"],
    ["/x/:id/y", "/x//y"],
    ["/a*b", "/a"],
    ["/K", "/\u212a"],
    ["/i", "/\u0130"],
  ])("%s does not match %s", (pattern, path) => {
    expect(compilePath(pattern).match(path)).toBeUndefined();
  });

  test.each([
    ["/u/:id", "/u/42", { id: "42" }],
    ["/u/:id", "/U/Ab/", { id: "Ab" }],
    ["/p/:a/x/:b", "/p/one/x/tw o", { a: "one", b: "tw o" }],
    ["/u/:id", "/u/%41", { id: "%41" }],
    ["/f/:name.json", "/f/a.b.json", { name: "a.b" }],
    ["/r/:from-:to", "/r/a-b-c", { from: "a", to: "b-c" }],
    ["/d/*/:last", "/d/x/y/z", { last: "z" }],
    ["/u/:id*", "/u/a/b", { id: "a" }],
  ])("%s takes from %s its parameters", (pattern, path, params) => {
    expect(compilePath(pattern).match(path)).toEqual(params);
  });

  test("can name a parameter like a built-in property without touching a prototype", () => {
    const params = compilePath("/:__proto__/:constructor").match("/x/y");
    expect(Object.entries(params ?? {})).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
    expect(Object.getPrototypeOf(params)).toBeNull();
  });

  test.each(["", "users", ":id"])("%j is refused: it could never match", (path) => {
    expect(() => compilePath(path)).toThrow(expect.objectContaining({ code: "invalid-path" }));
  });

  test("matches what its equivalent RegExp matches", () => {
    const piece = fc.constantFrom("/", "a", "B", "ab", "*", ".", "+", "x");
    const pattern = fc.array(piece, { maxLength: 6 }).map((parts) => `/${parts.join("")}`);
    const path = fc
      .array(fc.constantFrom("/", "a", "b", "A", ".", "+", "x"), { maxLength: 10 })
      .map((parts) => `/${parts.join("")}`);
    fc.assert(
      fc.property(pattern, path, (source, target) => {
        const literal = source.replace(/\/$/, "").replace(/[.+]/g, "\\$&").replace(/\*+/g, ".*");
        const expected = new RegExp(`^${literal}/?$`, "i").test(target);
        expect(compilePath(source).match(target) !== undefined).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a RegExp path", () => {
  test("is tested as it is, and gives no parameters", () => {
    const pattern = compilePath(/^\/re-(?<n>\d+)$/);
    expect(pattern.match("/re-12")).toEqual({});
    expect(pattern.match("/re-x")).toBeUndefined();
    expect(compilePath(/b/).match("/abc")).toEqual({});
    expect(compilePath(/b/).match("/aBc")).toBeUndefined();
  });

  test("answers the same every time, with the flags g and y too", () => {
    const global = compilePath(/^\/x/g);
    const sticky = compilePath(/\/x/y);
    expect([1, 2, 3].map(() => global.match("/x") !== undefined)).toEqual([true, true, true]);
    expect([1, 2, 3].map(() => sticky.match("/x") !== undefined)).toEqual([true, true, true]);
  });

  test("keeps the other flags, and leaves the app's own object alone", () => {
    const own = /^\/x/gi;
    own.lastIndex = 1;
    expect(compilePath(own).match("/X")).toEqual({});
    expect(own.lastIndex).toBe(1);
  });

  test("is never the same registration as a string", () => {
    expect(compilePath(/a/).key).not.toBe(compilePath("/a/").key);
    expect(compilePath(/a/).text).toBe("/a/");
  });
});
