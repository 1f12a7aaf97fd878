import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { servablePath } from "../../src/files/servable-path.ts";
import { sourceFiles } from "../../src/files/source-files.ts";

const outer = mkdtempSync(join(tmpdir(), "stephooks-files-"));
afterAll(() => rmSync(outer, { recursive: true, force: true }));

/** A file that no reader of `outer/web` may ever see. */
const SECRET = "secret of the app";

function put(path: string, text: string): void {
  mkdirSync(dirname(join(outer, path)), { recursive: true });
  writeFileSync(join(outer, path), text);
}
put("secret.txt", SECRET);
put("webby/secret.txt", SECRET);
put("web/index.html", "<html>");
put("web/a b+c/ä@1~.txt", "odd");
put("web/.env", SECRET);
put("web/.git/config", SECRET);
put("web/node_modules/x/index.js", SECRET);
put("web/server.ts", SECRET);
put("web/app.js.map", SECRET);
put("web/.well-known/acme", "token");
symlinkSync(join(outer, "secret.txt"), join(outer, "web/link.txt"));
symlinkSync(outer, join(outer, "web/up"));
symlinkSync(join(outer, "web/index.html"), join(outer, "web/inner.html"));

const files = sourceFiles(join(outer, "web"));

async function textOf(path: string): Promise<string | undefined> {
  const content = await files.read(path);
  if (content === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

test.each([
  ["index.html", "<html>"],
  ["/index.html", "<html>"],
  ["a b+c/ä@1~.txt", "odd"],
  [".well-known/acme", "token"],
  ["inner.html", "<html>"],
])("%s is read", async (path, text) => {
  expect(await textOf(path)).toBe(text);
  expect(await files.info(path)).toMatchObject({ size: Buffer.byteLength(text), path: path.replace(/^\//, "") });
});

test.each([
  "../secret.txt",
  "a/../../secret.txt",
  "/../secret.txt",
  "..\\secret.txt",
  "/etc/passwd",
  "//etc/passwd",
  "C:\\secret.txt",
  "link.txt",
  "up/secret.txt",
  "../webby/secret.txt",
  ".env",
  ".git/config",
  "node_modules/x/index.js",
  "server.ts",
  "app.js.map",
  "index.html\0.png",
  "./index.html",
  "a b+c",
  "a b+c/",
  "index.html/x",
  "nowhere.html",
  "",
  "/",
  ".",
])("%j is not there", async (path) => {
  expect(await textOf(path)).toBeUndefined();
  expect(await files.info(path)).toBeUndefined();
});

test("a name longer than a file can have is not there", async () => {
  expect(await textOf("x".repeat(5_000))).toBeUndefined();
});

test("a part of a file is those bytes", async () => {
  const content = await files.read("index.html", { start: 1, end: 4 });
  const chunks: Uint8Array[] = [];
  for await (const chunk of content?.body ?? []) chunks.push(chunk);
  expect(String(Buffer.concat(chunks))).toBe("html");
});

test("a list has what may be read, and nothing else", async () => {
  const paths: string[] = [];
  for await (const page of files.list("")) paths.push(...page.map(({ path }) => path));
  expect(paths.toSorted()).toEqual([".well-known/acme", "a b+c/ä@1~.txt", "index.html", "inner.html"]);
});

test("whatever the path, what is read is one of the files that may be read", async () => {
  const piece = fc.constantFrom(
    "..",
    ".",
    "",
    "web",
    "webby",
    "secret.txt",
    "index.html",
    "link.txt",
    "up",
    ".env",
    "\\",
    "%2e%2e",
    "\0",
    "~",
    "etc",
  );
  const path = fc.oneof(
    fc.array(piece, { maxLength: 6 }).map((parts) => parts.join("/")),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(path, async (given) => {
      const text = await textOf(given);
      expect([undefined, "<html>", "odd", "token"]).toContain(text);
    }),
    { numRuns: 500 },
  );
});

test("a servable path never leads upwards", () => {
  fc.assert(
    fc.property(fc.string(), (given) => {
      const path = servablePath(given);
      if (path === undefined) return;
      expect(path.split("/")).not.toContain("..");
      expect(path.startsWith("/")).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});
