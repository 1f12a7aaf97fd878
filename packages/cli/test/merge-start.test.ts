import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { bundleApp } from "../src/index.ts";
import { temporaryApp } from "./support/temporary-app.ts";

/**
 * Each of `shared`, `other` and `alone` is needed by other ones, and so a chunk of its own; the first two have a `note` and a `Thing`, and
 * tell when they are evaluated. What `b.ts` gets of them must be what the start has.
 */
const app = {
  "index.ts": `import { note, Thing, said } from "./shared.ts";
import "./alone.ts";
import { Thing as Other } from "./other.ts";
note("index");
export const handler = async () => {
  const { b } = await import("./b.ts");
  const { c } = await import("./c.ts");
  return { said, names: [Thing.name, Other.name, note.name], same: b.Thing === Thing && b.Other === Other && c === Other };
};`,
  "shared.ts": `import { said } from "./other.ts";
said.push("shared");
export { said };
export function note(text: string) { said.push(text); }
export class Thing {}
export const fail = () => {
  throw new Error("on line seven");
};`,
  "other.ts": `export const said: string[] = ["other"];
export function note() {}
export class Thing { static made = [note]; }`,
  "alone.ts": `import { said } from "./other.ts";
said.push("alone");`,
  "b.ts": `import { Thing, note, fail } from "./shared.ts";
import { Thing as Other } from "./other.ts";
note("b");
if (process.env.FAIL) fail();
export const b = { Thing, Other };`,
  "c.ts": `import "./alone.ts";
import { Thing, note } from "./other.ts";
note();
export const c = Thing;`,
};

const answer = {
  said: ["other", "shared", "alone", "index", "b"],
  names: ["Thing", "Thing", "note"],
  same: true,
};

async function bundled(files: Readonly<Record<string, string>>, shape: object = {}): Promise<string> {
  const folder = temporaryApp(files);
  const { file } = await bundleApp({
    entry: join(folder, "index.ts"),
    outDir: join(folder, "out"),
    lean: true,
    ...shape,
  });
  return file;
}

async function answerOf(file: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const program = "const { handler } = await import(process.argv[1]); console.log(JSON.stringify(await handler()));";
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "-e", program, file], {
    env: { ...process.env, ...env },
  });
  return JSON.parse((await run).stdout);
}

function startChunks(file: string): readonly string[] {
  return readdirSync(join(dirname(file), "chunks")).filter((name) => /^start-\w+\.mjs$/.test(name));
}

test.each([{ minify: false }, { minify: true }])(
  "all that a start imports is one chunk, evaluated in order, with modules there once and their names: %o",
  async (shape) => {
    const file = await bundled(app, shape);
    expect(startChunks(file)).toHaveLength(1);
    expect(await answerOf(file)).toEqual(answer);
  },
);

test("source maps lead through the merged chunk to the app's files", async () => {
  const file = await bundled(app, { sourceMaps: true });
  expect(startChunks(file)).toHaveLength(1);
  await expect(answerOf(file, { FAIL: "1", NODE_OPTIONS: "--enable-source-maps" })).rejects.toMatchObject({
    stderr: expect.stringMatching(
      /on line seven\n +at fail \(\S*shared\.ts:7:\d+\)\n +at <anonymous> \(\S*b\.ts:4:\d+/,
    ),
  });
});

test("where one of them waits for a dynamic import, which needs another, nothing is merged", async () => {
  const waiting = `const { c } = await import("./c.ts");\nexport const early = c;\n${app["shared.ts"]}`;
  const file = await bundled({ ...app, "shared.ts": waiting });
  expect(startChunks(file)).toHaveLength(0);
  expect(await answerOf(file)).toEqual({ ...answer, said: ["other", "alone", "shared", "index", "b"] });
});
