import { readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isRecord } from "@stephooks/core";
import { expect, onTestFinished, test } from "vitest";
import { createBundler } from "../src/bundle-app.ts";
import { devFramework } from "../src/framework/dev-framework.ts";
import { codehooksApp, writeFiles } from "./support/temporary-app.ts";
import { until } from "./support/until.ts";

/** As small as stephooks can be; what it is called shows which copy an app got. */
function tinyStephooks(name: string): Readonly<Record<string, string>> {
  return {
    "node_modules/stephooks/package.json": JSON.stringify({
      name: "stephooks",
      type: "module",
      exports: {
        ".": "./index.js",
        "./host": "./host.js",
        "./aws-services": "./none.js",
        "./media-types": "./none.js",
      },
    }),
    "node_modules/stephooks/index.js": `export const app = { name: "${name}", handler: () => {} };\nexport default app;\n`,
    "node_modules/stephooks/host.js": `import { app } from "./index.js";
export const devControl = () => ({ name: app.name });
export const devTrace = () => () => {};
`,
    "node_modules/stephooks/none.js": "export {};\n",
  };
}

const app = `import { app } from "stephooks";
import coho from "codehooks-js";
import { same } from "helper";
export const handler = Object.assign(() => [app.name, app === coho, same(app)], {});
`;

/** A package that was written for codehooks. */
const helper = {
  "node_modules/helper/package.json": JSON.stringify({ name: "helper", main: "index.js" }),
  "node_modules/helper/index.js": `const hooks = require("codehooks-js"); exports.same = (app) => hooks.app === app;\n`,
};

function appFolder(files: Readonly<Record<string, string>> = {}): string {
  return codehooksApp({ "index.js": app, "package.json": "{}", ...tinyStephooks("one"), ...helper, ...files });
}

/** What makes the versions of the app in this folder, as a new `stephooks dev` has it. */
async function developing(folder: string) {
  const framework = devFramework(folder, join(folder, "made"));
  const bundler = await createBundler(join(folder, "index.js"), { control: true, framework: framework.current });
  onTestFinished(() => bundler.dispose());
  let version = 0;
  return {
    framework,
    bundle: () => bundler.bundle(join(folder, "out", `${process.pid}-${(version += 1)}`)),
  };
}

/** What the app's handler answers. */
async function answerOf(file: string): Promise<unknown> {
  const module: unknown = await import(pathToFileURL(file).href);
  return isRecord(module) && typeof module["handler"] === "function" ? module["handler"]() : undefined;
}

/** What was written a moment ago may have been read before it was complete: such a framework is not kept. */
const settle = (folder: string): Promise<void> =>
  until(async () => expect(Date.now() - newestChange(folder)).toBeGreaterThan(40));

function newestChange(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return Math.max(...files.map((file) => statSync(join(folder, file)).ctimeMs));
}

test("the app, a package for codehooks and the handler share one framework, which is not in the bundle", async () => {
  const folder = appFolder();
  const { bundle } = await developing(folder);
  const { file, sources } = await bundle();
  expect(await answerOf(file)).toEqual(["one", true, true]);
  expect(sources).toContain(join(folder, "node_modules/stephooks/index.js"));
  expect(sources).toContain(join(folder, "node_modules/helper/index.js"));
});

test("a name that stephooks does not export is a mistake of the build, at the app's line", async () => {
  const folder = appFolder({ "index.js": `import { no } from "stephooks";\nexport const handler = no;\n` });
  const { bundle } = await developing(folder);
  await expect(bundle()).rejects.toMatchObject({
    code: "build-failed",
    message: expect.stringContaining("index.js:1:9"),
  });
});

test("the next run begins with what was made, and a change of the app makes nothing of it again", async () => {
  const folder = appFolder();
  await settle(folder);
  const first = await developing(folder);
  expect(first.framework.ahead).toBeUndefined();
  await first.bundle();
  const ahead = first.framework.ahead;
  expect(ahead?.modules).toHaveLength(3);
  const second = await developing(folder);
  expect(second.framework.ahead).toEqual(ahead);
  writeFiles(folder, { "index.js": `${app}// changed\n` });
  await second.bundle();
  expect(second.framework.ahead).toEqual(ahead);
});

test("a package that was replaced by one of the same size and time is noticed while the command runs, and at its start", async () => {
  const folder = appFolder();
  const file = join(folder, "node_modules/stephooks/index.js");
  const packed = new Date("1985-10-26T08:15:00Z");
  utimesSync(file, packed, packed);
  await settle(folder);
  const { bundle, framework } = await developing(folder);
  await bundle();
  const before = framework.ahead;
  writeFileSync(file, tinyStephooks("two")["node_modules/stephooks/index.js"] ?? "");
  utimesSync(file, packed, packed);
  await settle(folder);
  expect((await developing(folder)).framework.ahead).toBeUndefined();
  expect(await answerOf((await bundle()).file)).toEqual(["two", true, true]);
  expect(framework.ahead).not.toEqual(before);
});

test.each(["package.json", "package-lock.json", "pnpm-lock.yaml", "node_modules/.package-lock.json"])(
  "a change of %s has it made again",
  async (name) => {
    const folder = appFolder();
    await settle(folder);
    const { bundle } = await developing(folder);
    await bundle();
    expect((await developing(folder)).framework.ahead).toBeDefined();
    writeFiles(folder, { [name]: `{ "changed": true }` });
    expect((await developing(folder)).framework.ahead).toBeUndefined();
  },
);

test("what other versions left is removed, and the one in use stays", async () => {
  const folder = appFolder();
  await settle(folder);
  const { bundle, framework } = await developing(folder);
  const { file } = await bundle();
  writeFiles(folder, { "made/0123456789abcdef/stephooks.mjs": "" });
  framework.removeOthers();
  expect(readdirSync(join(folder, "made"))).toHaveLength(2);
  expect(await answerOf(file)).toEqual(["one", true, true]);
});

test("a record that is broken is no obstacle", async () => {
  const folder = appFolder({ "made/framework.json": `{"key":` });
  const { bundle } = await developing(folder);
  expect(await answerOf((await bundle()).file)).toEqual(["one", true, true]);
});
