import { join } from "node:path";
import { expect, test } from "vitest";
import { findEntry } from "../src/find-entry.ts";
import { temporaryApp } from "./support/temporary-app.ts";

test.each([
  { has: "an index.ts", files: ["index.ts"], entry: "index.ts" },
  { has: "an index.js", files: ["index.js"], entry: "index.js" },
  { has: "an index.mjs", files: ["index.mjs"], entry: "index.mjs" },
  { has: "all of them", files: ["index.mjs", "index.js", "index.ts"], entry: "index.ts" },
  { has: "a main", main: "src/app.ts", files: ["src/app.ts", "index.ts"], entry: "src/app.ts" },
  { has: "a main that is not there", main: "dist/app.js", files: ["index.ts"], entry: "index.ts" },
  { has: "a main that is a folder", main: "src", files: ["src/app.ts", "index.ts"], entry: "index.ts" },
  { has: "a package.json without main", main: undefined, files: ["index.js"], entry: "index.js" },
])("a folder with $has: $entry", ({ entry, files, ...given }) => {
  const manifest: Record<string, string> =
    "main" in given ? { "package.json": JSON.stringify({ main: given.main }) } : {};
  const folder = temporaryApp({ ...Object.fromEntries(files.map((name) => [name, ""])), ...manifest });
  expect(findEntry(folder)).toBe(join(folder, entry));
});

test("a file is the entry itself", () => {
  const folder = temporaryApp({ "orders.ts": "", "index.ts": "" });
  expect(findEntry(join(folder, "orders.ts"))).toBe(join(folder, "orders.ts"));
});

test.each([
  { what: "nothing there", files: {}, path: "nowhere", says: /There is no .*nowhere/ },
  { what: "an empty folder", files: {}, path: ".", says: /has no entry file: add "main"/ },
  { what: "a package.json that is none", files: { "package.json": "{" }, path: ".", says: /package\.json is no JSON/ },
])("$what is wrong usage", ({ files, path, says }) => {
  const folder = temporaryApp({ ...files });
  expect(() => findEntry(join(folder, path))).toThrow(
    expect.objectContaining({ name: "CliError", code: "bad-usage", message: expect.stringMatching(says) }),
  );
});
