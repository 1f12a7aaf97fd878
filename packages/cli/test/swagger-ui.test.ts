import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { bundleApp } from "../src/index.ts";
import { startDev } from "./support/dev-command.ts";
import { codehooksApp, writeFiles } from "./support/temporary-app.ts";

vi.setConfig({ testTimeout: 90_000 });

const documented = `import { app } from "codehooks-js";
app.get("/hello", (_req, res) => { res.send("hello"); });
app.openapi({ info: { title: "Hello" } });
export default app.init();
`;

test("the files of the documentation's page are beside the bundle of an app that has one, and of no other", async () => {
  const folder = codehooksApp({ "index.js": documented });
  const outDir = join(folder, "out");
  await bundleApp({ entry: join(folder, "index.js"), outDir });
  expect(readdirSync(join(outDir, "swagger-ui")).toSorted()).toEqual([
    "LICENSE",
    "NOTICE",
    "favicon-32x32.png",
    "swagger-ui-bundle.js",
    "swagger-ui.css",
  ]);
  writeFiles(folder, { "index.js": documented.replace(/app\.openapi.*\n/, "") });
  await bundleApp({ entry: join(folder, "index.js"), outDir });
  expect(existsSync(join(outDir, "swagger-ui"))).toBe(false);
});

test("a bundle serves them, to whoever; the page and the document to whom the app lets in", async () => {
  const folder = codehooksApp({ "index.js": documented });
  const dev = await startDev([folder, "--fresh", "--api-key", "key"], { cwd: folder });
  onTestFinished(() => dev.stop());
  for (const name of ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png", "page.js", "page.css"]) {
    expect(`${name} ${(await fetch(`${dev.url}/docs/${name}`)).status}`).toBe(`${name} 200`);
  }
  for (const path of ["/docs", "/openapi.json", "/dev/docs"]) {
    expect((await fetch(dev.url + path)).status).toBe(401);
    expect((await fetch(dev.url + path, { headers: { "x-apikey": "key" } })).status).toBe(200);
  }
});
