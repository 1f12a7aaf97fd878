import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { runCommand } from "./support/run-command.ts";
import { greetingApp, temporaryApp } from "./support/temporary-app.ts";

const template = ["template", "--code-uri", "./app"];

/** CloudFormation's short forms, which YAML itself does not know. */
const customTags = ["!Ref", "!GetAtt", "!Sub"].map((tag) => ({ tag, resolve: (value: string) => value }));

describe("help", () => {
  test.each(["--help", "dev --help", "build --help", "template --help", "preview --help"])(
    "stephooks %s ends with examples",
    async (args) => {
      const { code, stderr, stdout } = await runCommand(args.split(" "));
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const [, lines = ""] = stdout.split("\nExamples:\n");
      expect(lines.trimEnd().split("\n")).not.toContain("");
      expect(lines).toMatch(new RegExp(`^  stephooks ${args.replace("--help", "").trim()}`));
    },
  );

  test("loads neither esbuild nor the AWS SDK, while a command loads both", async () => {
    const node = ["--import", fileURLToPath(new URL("support/loaded-modules.mjs", import.meta.url))];
    const heavy = /node_modules\/(?:esbuild|@aws-sdk)\//;
    const help = await runCommand(["--help"], { node });
    expect(help.stderr).toMatch(/node_modules\/commander\//);
    expect(help.stderr).not.toMatch(heavy);
    const cwd = temporaryApp({ "index.ts": greetingApp });
    expect((await runCommand(template, { cwd, node })).stderr).toMatch(heavy);
  });
});

describe("wrong usage ends with exit code 2 and the way out", () => {
  test.each([
    { args: ["bild"], says: "Did you mean build?" },
    { args: ["build", "--jsn"], says: "Did you mean --json?" },
    { args: ["template"], says: "--code-uri" },
    { args: ["build", ".", "another"], says: "too many arguments" },
    { args: ["build", "nowhere"], says: "There is no nowhere." },
    { args: ["dev", "--port", "http"], says: "--port http is no port" },
    { args: ["dev", "--port", "65536"], says: "--port 65536 is no port" },
    { args: ["dev", "--port", ""], says: "is no port" },
    { args: ["dev", "--dynamodb-endpoint", "here"], says: "--dynamodb-endpoint here is no URL" },
    { args: ["preview", "--port", "http"], says: "--port http is no port" },
    { args: ["preview", "nowhere"], says: "There is no nowhere/template.yaml. Run stephooks build first" },
    { args: ["preview", "--parameter", "StreamUrl", "--port", "0"], says: "--parameter StreamUrl is not name=value" },
    { args: [], says: "Usage: stephooks" },
  ])("stephooks $args", async ({ args, says }) => {
    const { code, stderr, stdout } = await runCommand(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
  });
});

interface Built {
  readonly bundle: string;
  readonly template: string;
  readonly bytes: number;
  readonly gzipBytes: number;
  readonly inputs: readonly { readonly name: string; readonly bytes: number }[];
}

describe("build", () => {
  test("writes bundle and template and says what to do next", async () => {
    const cwd = temporaryApp({ "index.ts": greetingApp });
    const { code, stdout } = await runCommand(["build"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^\.stephooks\/build\/app\/index\.mjs  \d+ KB, \d+ KB gzipped, \d+ KB loaded at the start\n +\d+ KB  \S+\n/,
    );
    expect(stdout).toContain("Deploy: stephooks deploy --stage dev");
    const written: { Globals: { Function: { CodeUri?: string } } } = parse(
      readFileSync(join(cwd, ".stephooks/build/template.yaml"), "utf8"),
      { customTags },
    );
    expect(JSON.stringify(written)).toContain('"CodeUri":"./app"');
  });

  test("--json prints one object, whatever the app says while it is imported", async () => {
    const cwd = temporaryApp({ "index.ts": `console.log("hello from the app");\n${greetingApp}` });
    const { code, stderr, stdout } = await runCommand(["build", "--out", "out", "--json"], { cwd });
    expect(code).toBe(0);
    const answer: Built = JSON.parse(stdout);
    expect(stdout).toBe(`${JSON.stringify(answer)}\n`);
    const written = readdirSync(dirname(answer.bundle), { recursive: true, withFileTypes: true });
    const sizes = written
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => statSync(join(parentPath, name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(answer.bytes);
    expect(existsSync(join(cwd, answer.template))).toBe(true);
    expect(answer.gzipBytes).toBeLessThan(answer.bytes / 2);
    // Every byte but those esbuild writes around modules has an origin, the app's own file among them.
    const origins = answer.inputs.reduce((sum, input) => sum + input.bytes, 0);
    expect(origins).toBeGreaterThan(answer.bytes * 0.9);
    expect(origins).toBeLessThanOrEqual(answer.bytes);
    expect(answer.inputs.map(({ name }) => name)).toEqual(expect.arrayContaining(["stephooks", "hono", "index.ts"]));
    expect(stderr).toBe("hello from the app\n");
  });

  test("a mistake in the app ends with exit code 1 and its place, also as JSON", async () => {
    const cwd = temporaryApp({ "index.ts": "\nconst a = ;" });
    const plain = await runCommand(["build"], { cwd });
    expect(plain).toMatchObject({ code: 1, stdout: "" });
    expect(plain.stderr).toMatch(/^build-failed: .*cannot be bundled[^]*index\.ts:2:10/);
    const json = await runCommand(["build", "--json"], { cwd });
    expect(json).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toEqual({
      error: { code: "build-failed", message: expect.stringContaining("index.ts:2:10") },
    });
  });

  test("an app that ends without app.init() is told the line to add", async () => {
    const cwd = temporaryApp({ "index.ts": "export const nothing = 1;" });
    const { code, stderr } = await runCommand(["build"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^no-handler: .*export default app\.init\(\);/);
  });

  test("what the app left open does not keep the command alive", async () => {
    const cwd = temporaryApp({ "index.ts": `setInterval(() => {}, 1000);\n${greetingApp}` });
    expect((await runCommand(["build"], { cwd })).code).toBe(0);
  });
});

test("template prints YAML and nothing else, and leaves nothing in the folder", async () => {
  const cwd = temporaryApp({ "index.ts": `console.log("hello from the app");\n${greetingApp}` });
  const { code, stdout } = await runCommand(template, { cwd });
  expect(code).toBe(0);
  expect(parse(stdout, { customTags })).toMatchObject({
    Transform: "AWS::Serverless-2016-10-31",
    Resources: expect.any(Object),
  });
  expect(existsSync(join(cwd, ".stephooks"))).toBe(false);
});
