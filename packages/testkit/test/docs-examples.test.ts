import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/*
 * Every block ```ts run of the documentation is a file of its own that must compile and must run to its end.
 */

const run = promisify(execFile);
const docs = fileURLToPath(new URL("../../stephooks/docs/", import.meta.url));
const workspace = fileURLToPath(new URL("../../..", import.meta.url));

/** Inside this package, so that imports resolve as they do for its users. */
const parent = fileURLToPath(new URL("../.stephooks/", import.meta.url));

interface Example {
  readonly page: string;
  readonly file: string;
  readonly code: string;
}

const pages = readdirSync(docs).filter((name) => name.endsWith(".md"));
const examples: readonly Example[] = pages.flatMap((page) =>
  [...readFileSync(join(docs, page), "utf8").matchAll(/^```ts run\n(.*?)^```$/gms)].map(([, code = ""], index) => ({
    page,
    file: `${page.replace(/\.md$/, "")}-${index + 1}.ts`,
    code,
  })),
);

let folder = "";
beforeAll(() => {
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, "examples-"));
  for (const { code, file } of examples) writeFileSync(join(folder, file), code);
  const files = examples.map(({ file }) => file);
  const config = { extends: join(workspace, "tsconfig.json"), files, include: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the examples compile", async () => {
  const compiler = join(workspace, "node_modules/typescript/bin/tsc");
  const { stdout } = await run(process.execPath, [compiler, "-p", folder]).catch((error: unknown) => {
    if (error instanceof Error && "stdout" in error) return { stdout: String(error.stdout) };
    throw error;
  });
  expect(stdout).toBe("");
});

test.for(examples)("$file runs", async ({ file }) => {
  await run(process.execPath, ["--conditions=source", join(folder, file)]);
});

describe("the pages", () => {
  test("have an example each, but for those whose commands and tables have their own tests", () => {
    const withExamples = new Set(examples.map(({ page }) => page));
    expect(pages.filter((page) => !withExamples.has(page))).toEqual([
      "bad-input.md",
      "cli.md",
      "deploying.md",
      "differences.md",
      "graph.md",
    ]);
  });

  test("are all in the index", () => {
    const index = readFileSync(join(docs, "README.md"), "utf8");
    expect(pages.filter((page) => page !== "README.md" && !index.includes(`(${page})`))).toEqual([]);
  });

  test.for(pages)("%s links only to pages that exist", (page) => {
    const links = [...readFileSync(join(docs, page), "utf8").matchAll(/\]\((?!https:)([^)#]+)/g)].map(([, to]) => to);
    expect(links.filter((to) => to === undefined || !pages.includes(to))).toEqual([]);
  });
});
