import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compilePath, type PathSource } from "../../src/http/path-pattern.ts";
import { coverOf } from "../../src/http/pattern-cover.ts";

test.each<[inner: PathSource, outer: PathSource, cover: string]>([
  ["/a", "/a", "all"],
  ["/a", "/A/", "all"],
  ["/a", "/b", "none"],
  ["/a/:id", "/a/*", "all"],
  ["/a/:id", "/a/:other", "all"],
  ["/a/*", "/a/:id", "some"],
  ["/a", "/a/*", "some"],
  ["/a/x", "/a/*", "all"],
  ["/a*", "/a/*", "some"],
  ["/a/:id", "/a/1", "some"],
  ["/:x/b", "/a/:y", "some"],
  ["/a/:id/c", "/a/:id/d", "none"],
  ["/a/:p", "/a/x:p", "some"],
  ["/*", "/:a", "some"],
  ["/:a", "/*", "all"],
  ["*", "/*", "all"],
  [/^\/a/, "*", "all"],
  [/^\/a/, "/a", "unknown"],
  ["/a", /^\/a$/, "all"],
  ["/a", /^\/b$/, "none"],
  ["/a/:id", /^\/a\//, "unknown"],
  ["/a/:id", /^\/b\//, "none"],
  ["/a/:id", /^\/ab?/, "unknown"],
  ["/a/:id", /^\/b|^\/a/, "unknown"],
  ["/a/:id", /b/, "unknown"],
])("of %s, %s matches %s", (inner, outer, cover) => {
  expect(coverOf(compilePath(inner), compilePath(outer))).toBe(cover);
});

const source = fc
  .array(fc.constantFrom("a", "b", "ab", ":p", ":q", "*", "a*", ":p*"), { minLength: 1, maxLength: 3 })
  .map((parts) => `/${parts.join("/")}`);
const path = fc
  .array(fc.constantFrom("a", "b", "ab", "abc", "z"), { minLength: 1, maxLength: 4 })
  .map((parts) => `/${parts.join("/")}`);

test("what is said of all paths holds for each", () => {
  fc.assert(
    fc.property(source, source, fc.array(path, { minLength: 10 }), (inner, outer, paths) => {
      const [left, right] = [compilePath(inner), compilePath(outer)];
      const cover = coverOf(left, right);
      for (const some of paths.filter((candidate) => left.match(candidate) !== undefined)) {
        const matches = right.match(some) !== undefined;
        if (cover === "all") expect(matches).toBe(true);
        if (cover === "none") expect(matches).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});
