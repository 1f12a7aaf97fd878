import { describe, expect, test } from "vitest";
import { withoutNeedlessNames } from "../src/without-needless-names.ts";

/** What esbuild puts into a bundle whose names it keeps. */
const helper = `var __name = (target, value) => Object.defineProperty(target, "name", { value, configurable: true });\n`;

/** The names of what a module exports, asked of the module itself. */
async function namesIn(code: string): Promise<unknown> {
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(code)}`);
  return typeof module === "object" && module !== null && "names" in module ? module.names : undefined;
}

/** How many names are still given. */
const given = (code: string): number => code.replace(helper, "").split("__name(").length - 1;

describe("names that JavaScript gives anyway are not given again, and are the same", () => {
  test.each([
    ["a function", `function f() {}\n__name(f, "f");\nexport const names = [f.name];`],
    ["a constant's function", `var f = /* @__PURE__ */ __name((a) => a, "f");\nexport const names = [f.name];`],
    ["a function that is assigned", `let f;\nf = __name(function() {}, "f");\nexport const names = [f.name];`],
    ["a default", `var { f = /* @__PURE__ */ __name(() => 1, "f") } = {};\nexport const names = [f.name];`],
    ["a property", `var o = { f: /* @__PURE__ */ __name(() => 1, "f") };\nexport const names = [o.f.name];`],
    ["a field", `class C { f = __name(() => 1, "f"); }\nexport const names = [new C().f.name];`],
    ["a class", `var C = class {\n  static {\n    __name(this, "C");\n  }\n};\nexport const names = [C.name];`],
    [
      "one inside another",
      `var f = __name(() => __name(() => { function g() {} __name(g, "g"); return g; }, "f")(), "f");
export const names = [f().name];`,
    ],
  ])("of %s", async (_what, code) => {
    const lean = withoutNeedlessNames(helper + code);
    expect(given(lean)).toBeLessThan(given(helper + code));
    expect(await namesIn(lean)).toEqual(await namesIn(helper + code));
    expect(lean).toHaveLength((helper + code).length);
    expect(lean.split("\n").length).toBe((helper + code).split("\n").length);
  });
});

describe("names that JavaScript would not give are given as before", () => {
  test.each([
    ["a function that was renamed", `function f2() {}\n__name(f2, "f");\nexport const names = [f2.name];`],
    ["a constant that was renamed", `var f2 = __name(() => 1, "f");\nexport const names = [f2.name];`],
    [
      "a class that was renamed",
      `var C2 = class _C {\n  static {\n    __name(this, "C");\n  }\n};\nexport const names = [C2.name];`,
    ],
    ["an argument", `var id = (x) => x, f = id(__name(() => 1, "f"));\nexport const names = [f.name];`],
    ["a computed property", `var k = "g", o = { [k]: __name(() => 1, "k") };\nexport const names = [o.g.name];`],
    [
      "a prototype",
      `var o = { __proto__: __name(() => 1, "__proto__") };\nexport const names = [Object.getPrototypeOf(o).name];`,
    ],
  ])("of %s", async (_what, code) => {
    expect(withoutNeedlessNames(helper + code)).toBe(helper + code);
    expect(await namesIn(helper + code)).not.toEqual([""]);
  });
});

test("code in which nothing is named is not even read", () => {
  expect(withoutNeedlessNames("this is no JavaScript")).toBe("this is no JavaScript");
});
