import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { bundleApp } from "../src/index.ts";
import { firstAnswer } from "./support/first-answer.ts";
import { codehooksApp, greetingApp, temporaryApp, writeFiles } from "./support/temporary-app.ts";

/** Removes the chunks that are not imported statically, and tells how many they were. */
function removeUnlessStatic(bundle: string): number {
  const loaded = new Set([bundle]);
  for (const file of loaded) {
    const imports = readFileSync(file, "utf8").matchAll(/^(?:import|\}|export).*? ?"(\.{1,2}\/[\w./-]+\.mjs)";$/gm);
    for (const [, path = ""] of imports) loaded.add(join(dirname(file), path));
  }
  const chunks = join(dirname(bundle), "chunks");
  const lazy = readdirSync(chunks).filter((name) => !loaded.has(join(chunks, name)));
  for (const name of lazy) rmSync(join(chunks, name));
  return lazy.length;
}

describe("what is loaded when a function starts", () => {
  test("a route that needs no data is answered without any of the chunks", async () => {
    const folder = codehooksApp({ "index.js": greetingApp.replace('"stephooks"', '"codehooks-js"') });
    const { file } = await bundleApp({ entry: join(folder, "index.js"), outDir: join(folder, "out") });
    const removed = removeUnlessStatic(file);
    expect(removed).toBeGreaterThan(10);
    expect(await firstAnswer(file)).toMatchObject({ statusCode: 200, body: '{"hello":"world"}' });
  });

  const data = `app.get("/data", async (_req, res) => res.json(await Datastore.open().getArray("c")));\nexport`;
  test.each([
    { what: "routes only", source: greetingApp, isPart: false },
    {
      what: "static files",
      source: greetingApp.replace("export", `app.static({ route: "/web", directory: "/web" });\nexport`),
      isPart: false,
    },
    {
      what: "data",
      source: greetingApp.replace("app }", "app, Datastore }").replace("export", data),
      isPart: true,
    },
    { what: "data by the injected name", source: greetingApp.replace("export", data), isPart: true },
    {
      what: "a workflow",
      source: greetingApp.replace("export", `app.createWorkflow("w", "", { a: async () => {} });\nexport`),
      isPart: true,
    },
  ])("with $what the clients of AWS are part of it: $isPart", async ({ isPart, source }) => {
    const folder = temporaryApp({ "index.ts": source });
    const { startBytes } = await bundleApp({ entry: join(folder, "index.ts"), outDir: join(folder, "out") });
    // 350 KB without them, and a megabyte with them, before they are minified.
    expect(startBytes > 600_000).toBe(isPart);
  });
});

describe("the deployment's id, which is the digest of index.mjs", () => {
  test("changes with what is only in a chunk, however far away", async () => {
    const files = (text: string) => ({
      "index.ts": `export const handler = async () => (await import("./a.ts")).a();`,
      "a.ts": `export const a = async () => (await import("./b.ts")).b;`,
      "b.ts": `export const b = "${text}";`,
    });
    const folder = temporaryApp(files("one"));
    const bundle = async (): Promise<string> => {
      const { file } = await bundleApp({ entry: join(folder, "index.ts"), outDir: join(folder, "out") });
      return readFileSync(file, "utf8");
    };
    const first = await bundle();
    expect(await bundle()).toBe(first);
    writeFiles(folder, files("two"));
    expect(await bundle()).not.toBe(first);
  });
});
