import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { runCommand } from "./support/run-command.ts";
import { temporaryApp } from "./support/temporary-app.ts";

vi.setConfig({ testTimeout: 120_000 });

/* What `stephooks build` leaves for Lambda: each sentence about it. */

const app = `import { app } from "codehooks-js";
import { used } from "./lib/words.ts";
app.get("/hello", async (_req, res) => { res.json({ hello: used() }); });
app.static({ route: "/site", directory: "/public" });

if (process.env.FAIL_AT_START) fail();
function fail(): never {
  throw new Error("on line eight");
}
export default app.init();
`;

const files = {
  "index.ts": app,
  "lib/words.ts": `export const used = () => "a word that is used";\nexport const unused = () => "a word nobody uses";\n`,
  "public/index.html": "<h1>here</h1>",
  "package.json": '{"name":"shop","sideEffects":false}',
  ".env": "SECRET=1",
};

async function built(...options: readonly string[]) {
  const cwd = temporaryApp(files);
  const { code, stderr, stdout } = await runCommand(["build", "--json", ...options], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const folder = join(cwd, ".stephooks/build/app");
  const modules = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".mjs"));
  const texts = modules.map((path) => readFileSync(join(folder, path), "utf8"));
  const template = readFileSync(join(cwd, ".stephooks/build/template.yaml"), "utf8");
  return { cwd, folder, modules, code: texts.join("\n"), report: JSON.parse(stdout), template };
}

test("the bundle is for nodejs24.x, has what is used and nothing else, and its size is told", async () => {
  const { code, cwd, folder, modules, report, template } = await built();
  expect(template).toMatch(/^ {4}Runtime: nodejs24\.x$/m);
  expect(code).toContain("a word that is used");
  expect(code).not.toContain("a word nobody uses");

  // Sizes are those of the files.
  const sizes = modules.map((path) => statSync(join(folder, path)).size);
  expect(report.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
  const packed = modules.map((path) => gzipSync(readFileSync(join(folder, path))).length);
  expect(report.gzipBytes).toBe(packed.reduce((sum, size) => sum + size, 0));
  expect(report.startBytes).toBeGreaterThan(0);
  expect(report.startBytes).toBeLessThan(report.bytes);
  expect(report.inputs.length).toBeGreaterThan(3);
  const text = await runCommand(["build"], { cwd });
  expect(text.stdout).toMatch(
    /index\.mjs {2}\d+ KB, [\d.]+ KB gzipped, [\d.]+ KB loaded at the start\n( +[\d.]+ KB {2}\S)/,
  );
});

test("codehooks-js is stephooks, what the app serves is beside the code, and .env is nowhere", async () => {
  const { code, folder } = await built();
  expect(code).not.toMatch(/from ?"codehooks-js"/);
  expect(readFileSync(join(folder, "source/public/index.html"), "utf8")).toBe("<h1>here</h1>");
  expect(
    readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => /\.env|\.map$/.test(path)),
  ).toEqual([]);
});

test("--source-maps ships maps without sources, and the functions name file and line with them", async () => {
  const { cwd, folder, template } = await built("--source-maps");
  const maps = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".map"));
  expect(maps).toContain("index.mjs.map");
  for (const path of maps) expect(readFileSync(join(folder, path), "utf8")).not.toContain('"sourcesContent"');
  expect(template).toMatch(/^ {8}NODE_OPTIONS: --enable-source-maps$/m);

  // With what the template sets: Lambda's Node reads it, too.
  const run = promisify(execFile)(process.execPath, [join(folder, "index.mjs")], {
    env: { ...process.env, FAIL_AT_START: "1", NODE_OPTIONS: "--enable-source-maps" },
  });
  await expect(run).rejects.toMatchObject({
    stderr: expect.stringMatching(/Error: on line eight\n +at fail \(\S*index\.ts:8:\d+\)/),
  });

  // The next build without them leaves none behind.
  expect((await runCommand(["build"], { cwd })).code).toBe(0);
  expect(existsSync(join(folder, "index.mjs.map"))).toBe(false);
  expect(readFileSync(join(cwd, ".stephooks/build/template.yaml"), "utf8")).not.toContain("NODE_OPTIONS");
});

test("a place that cannot be written is told by its path, also as data", async () => {
  const cwd = temporaryApp({ ...files, "is-a-file": "" });
  const run = (...more: readonly string[]) => runCommand(["build", "--out", "is-a-file", ...more], { cwd });
  const [text, data] = await Promise.all([run(), run("--json")]);
  expect(text).toMatchObject({ code: 1, stdout: "" });
  expect(text.stderr).toMatch(/^file-refused: ENOTDIR: .*is-a-file.* --out and --data name other places\.\n$/);
  expect(data).toMatchObject({ code: 1, stderr: "" });
  expect(JSON.parse(data.stdout)).toMatchObject({ error: { code: "file-refused" } });
});
