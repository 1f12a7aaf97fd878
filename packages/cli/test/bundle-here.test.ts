import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadHandler } from "@stephooks/local";
import { expect, onTestFinished, test, vi } from "vitest";
import { manifestOf } from "../src/build-app.ts";
import { bundleHere } from "../src/framework/bundle-here.ts";
import { bundleApp } from "../src/index.ts";
import { greetingApp, temporaryApp } from "./support/temporary-app.ts";

const filestoreApp = (use: string): string => `import { app, filestore } from "stephooks";
app.get("/hello", async (_req, res) => { ${use} });
export default app.init();
`;

test("it registers what the whole bundle registers, in far fewer bytes", async () => {
  const root = temporaryApp({ "index.ts": greetingApp });
  const entry = join(root, "index.ts");
  const here = await bundleHere({ entry, root, outDir: join(root, "here") });
  const whole = await bundleApp({ entry, outDir: join(root, "whole") });
  expect(here.bytes).toBeLessThan(whole.bytes / 20);
  expect((await loadHandler(here.file)).manifest).toEqual((await loadHandler(whole.file)).manifest);
});

test.each([
  ["res.json(await filestore.list('/'));", true],
  ["res.json({});", false],
])("filestore in %s is noticed: %s", async (use, uses) => {
  const root = temporaryApp({ "index.ts": filestoreApp(use) });
  const entry = join(root, "index.ts");
  const here = await bundleHere({ entry, root, outDir: join(root, "here") });
  const whole = await bundleApp({ entry, outDir: join(root, "whole") });
  expect([here.usesFilestore, whole.usesFilestore]).toEqual([uses, uses]);
  expect(await manifestOf(here)).toEqual(await manifestOf(whole));
});

test("an app whose settings let stephooks mean other code gets that code", async () => {
  const root = temporaryApp({
    "index.ts": greetingApp,
    "other/index.ts": `export const app = { get: () => {}, init: () => Object.assign(() => "other", { streaming: false, manifest: {} }) };`,
    "tsconfig.json": JSON.stringify({ compilerOptions: { paths: { stephooks: ["./other/index.ts"] } } }),
  });
  const plain = temporaryApp({ "index.ts": greetingApp });
  // Both find the same installed package: what was kept for one is there for the other.
  await bundleHere({ entry: join(plain, "index.ts"), root: plain, outDir: join(plain, "here") });
  const { file } = await bundleHere({ entry: join(root, "index.ts"), root, outDir: join(root, "here") });
  expect(readFileSync(file, "utf8")).toContain(`"other"`);
});

test("without another folder in the environment it is kept in the app's own", async () => {
  const root = temporaryApp({ "index.ts": greetingApp });
  vi.stubEnv("STEPHOOKS_FRAMEWORK_CACHE", "");
  onTestFinished(() => void vi.unstubAllEnvs());
  await bundleHere({ entry: join(root, "index.ts"), root, outDir: join(root, "here") });
  expect(readdirSync(join(root, ".stephooks/framework")).length).toBeGreaterThan(0);
});

test("where nothing can be written the app is bundled with all it needs", async () => {
  const root = temporaryApp({ "index.ts": greetingApp });
  vi.stubEnv("STEPHOOKS_FRAMEWORK_CACHE", join(root, "index.ts"));
  onTestFinished(() => void vi.unstubAllEnvs());
  const { bytes } = await bundleHere({ entry: join(root, "index.ts"), root, outDir: join(root, "here") });
  expect(bytes).toBeGreaterThan(500_000);
});
