import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { packageManager } from "../src/create/next-commands.ts";
import { packageName } from "../src/create/project-files.ts";
import { templates } from "../src/create/template-list.ts";
import { emptyFolder } from "./support/created-app.ts";
import { runCommand } from "./support/run-command.ts";

/** Whoever runs the tests has a package manager of their own. */
const asNpm = { npm_config_user_agent: "npm/11.0.0 node/v24.0.0" };

const entries = (folder: string): readonly string[] => readdirSync(folder).toSorted();

describe("create", () => {
  test("without a terminal asks nothing, takes blank, makes a repository and prints what to type next", async () => {
    const cwd = emptyFolder();
    const { code, stderr, stdout } = await runCommand(["create", "my app"], { cwd, env: asNpm });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`Created my app from blank.

Next:
  cd 'my app'
  npm install
  npm run dev
  curl http://127.0.0.1:3000/hello?name=Ada
`);
    const names = [".git", ".gitignore", "AGENTS.md", "index.test.ts", "index.ts", "package.json", "tsconfig.json"];
    expect(entries(join(cwd, "my app"))).toEqual(names);
    expect(JSON.parse(readFileSync(join(cwd, "my app/package.json"), "utf8"))).toMatchObject({
      name: "my-app",
      main: "index.ts",
      dependencies: { stephooks: expect.stringMatching(/^\^\d+\.\d+\.\d+$/) },
      devDependencies: { "@stephooks/cli": expect.stringMatching(/^\^\d+\.\d+\.\d+$/) },
    });
  });

  test("--json prints one object; --no-git makes no repository; npm's user agent chooses the commands", async () => {
    const cwd = emptyFolder();
    const { code, stdout } = await runCommand(["create", "shop", "--template", "crud", "--no-git", "--json"], {
      cwd,
      env: { npm_config_user_agent: "pnpm/12.0.0 npm/? node/v24.0.0" },
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      folder: expect.stringMatching(/shop$/),
      template: "crud",
      written: ["package.json", "tsconfig.json", ".gitignore", "AGENTS.md", "index.test.ts", "index.ts"],
      git: false,
      next: ["cd shop", "pnpm install", "pnpm run dev", expect.stringContaining("/products")],
    });
    expect(existsSync(join(cwd, "shop/.git"))).toBe(false);
  });

  test("a folder with anything in it is refused and left as it was; one with a repository only is not", async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "notes.txt"), "mine");
    const refused = await runCommand(["create", ".", "--json"], { cwd });
    expect(refused).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(refused.stdout)).toEqual({
      error: { code: "folder-not-empty", message: expect.stringContaining("stephooks init .") },
    });
    expect(entries(cwd)).toEqual(["notes.txt"]);
    expect((await runCommand(["create", "notes.txt"], { cwd })).stderr).toMatch(/^folder-not-empty: .*is no folder/);
    mkdirSync(join(cwd, "app/.git"), { recursive: true });
    expect((await runCommand(["create", "app"], { cwd })).code).toBe(0);
  });

  test("an unknown template is wrong usage, and nothing is made", async () => {
    const cwd = emptyFolder();
    const { code, stderr } = await runCommand(["create", "app", "--template", "blog"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("Choose one of blank, webhook, crud, approval, cron, static.");
    expect(entries(cwd)).toEqual([]);
  });
});

test("create-stephooks is create, and npx knows what @stephooks/cli runs", async () => {
  const cwd = emptyFolder();
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  symlinkSync(main, join(cwd, "create-stephooks"));
  const node = ["--conditions=source", join(cwd, "create-stephooks"), "app"];
  expect((await promisify(execFile)(process.execPath, node, { cwd })).stdout).toMatch(/^Created app from blank\./);
  // npx runs the first bin when all of them are one file.
  const { bin }: { bin: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  expect(Object.keys(bin)[0]).toBe("stephooks");
  expect(new Set(Object.values(bin)).size).toBe(1);
});

describe("init", () => {
  test("adds what is missing, keeps what is there, and says which is which", async () => {
    const cwd = emptyFolder();
    const manifest = '{ "name": "ours", "dependencies": { "stephooks": "^0.1.0" } }';
    writeFileSync(join(cwd, "package.json"), manifest);
    writeFileSync(join(cwd, "README.md"), "ours");
    const { code, stdout } = await runCommand(["init", "--template", "static"], { cwd, env: asNpm });
    expect(code).toBe(0);
    expect(stdout.split("\n\n")[0]?.split("\n")).toEqual([
      "wrote  tsconfig.json",
      "wrote  .gitignore",
      "wrote  AGENTS.md",
      "wrote  index.test.ts",
      "wrote  index.ts",
      "wrote  public/index.html",
      "wrote  public/style.css",
      "wrote  public/time.js",
      "kept   package.json",
    ]);
    expect(stdout).toContain(
      "npm install --save-dev @stephooks/cli @stephooks/testkit @types/node typescript\n  npx stephooks dev index.ts\n",
    );
    expect(readFileSync(join(cwd, "package.json"), "utf8")).toBe(manifest);
    expect(readFileSync(join(cwd, "README.md"), "utf8")).toBe("ours");
  });

  test("a file of the app that is there already is refused with its name, and nothing is written", async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "index.ts"), "export const mine = 1;");
    const { code, stderr } = await runCommand(["init"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^file-exists: .*index\.ts/);
    expect(entries(cwd)).toEqual(["index.ts"]);
  });

  test("a second time it changes nothing", async () => {
    const cwd = emptyFolder();
    await runCommand(["init"], { cwd });
    const { code, stdout } = await runCommand(["init", "--json"], { cwd });
    expect(code).toBe(0);
    const { kept, written }: { kept: readonly string[]; written: readonly string[] } = JSON.parse(stdout);
    expect(written).toEqual([]);
    expect(kept).toContain("index.ts");
  });

  test("a folder that is not there is wrong usage", async () => {
    expect((await runCommand(["init", "nowhere"], { cwd: emptyFolder() })).code).toBe(2);
  });
});

test("AGENTS.md has 60 to 100 lines, names each file of the app and leaves nothing to fill in", async () => {
  const cwd = emptyFolder();
  for (const { files, name } of templates) {
    await runCommand(["create", name, "--template", name, "--no-git"], { cwd });
    const text = readFileSync(join(cwd, name, "AGENTS.md"), "utf8");
    const lines = text.trimEnd().split("\n").length;
    expect(lines).toBeGreaterThanOrEqual(60);
    expect(lines).toBeLessThanOrEqual(100);
    expect(text).not.toMatch(/\{\{/);
    for (const file of Object.keys(files)) {
      expect(text).toContain(`| \`${file}\``);
      expect(existsSync(join(cwd, name, file))).toBe(true);
    }
  }
});

test.each([
  ["My App", "my-app"],
  ["@scope/app", "scope-app"],
  ["___", "stephooks-app"],
  ["über", "ber"],
  ["", "stephooks-app"],
])("the folder %j becomes the package %j", (folder, name) => {
  expect(packageName(folder)).toBe(name);
});

test.each([
  [undefined, "npm"],
  ["npm/11.0.0 node/v24", "npm"],
  ["pnpm/12.0.0 npm/? node/v24", "pnpm"],
  ["yarn/4.0.0 npm/? node/v24", "yarn"],
  ["bun/1.2.0", "bun"],
])("user agent %j is %s", (agent, name) => {
  expect(packageManager(agent)).toBe(name);
});
