import { expect, test } from "vitest";
import { readTarget } from "../src/read-target.ts";

test.each([
  { target: "/", path: "/", query: "" },
  { target: "/orders/7", path: "/orders/7", query: "" },
  { target: "/a%20b", path: "/a b", query: "" },
  { target: "/caf%C3%A9", path: "/café", query: "" },
  { target: "/a%2Fb", path: "/a/b", query: "" },
  { target: "/a%252Fb", path: "/a%2Fb", query: "" },
  { target: "/x?a=1&a=2", path: "/x", query: "a=1&a=2" },
  { target: "/x?a=%20b+c", path: "/x", query: "a=%20b+c" },
  { target: "/x?a=%", path: "/x", query: "a=%" },
  { target: "/x?", path: "/x", query: "" },
  { target: "/x?a=?&b=1?", path: "/x", query: "a=?&b=1?" },
])("$target: path decoded once, query as it is", ({ target, path, query }) => {
  expect(readTarget(target)).toEqual({ path, query });
});

test.each(["/%", "/%zz", "/%ff", "/a%2?b=1"])("%s has a path that encodes nothing", (target) => {
  expect(readTarget(target)).toBeUndefined();
});
