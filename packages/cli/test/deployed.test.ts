import { join } from "node:path";
import { type Deployed, startDeployed } from "@stephooks/local";
import { expect, onTestFinished, test } from "vitest";
import { buildApp } from "../src/index.ts";
import { temporaryApp } from "./support/temporary-app.ts";

/** Builds an app that lets everybody in, and runs what was built as Lambda does. */
async function deployed(source: string, files: Readonly<Record<string, string>> = {}): Promise<Deployed> {
  const open = `import { app, Datastore } from "stephooks"; app.auth("/*", (_req, _res, next) => next());\n`;
  const folder = temporaryApp({ "index.ts": `${open}${source}\nexport default app.init();`, ...files });
  const { template } = await buildApp({ entry: join(folder, "index.ts"), root: folder, outDir: join(folder, "out") });
  const running = await startDeployed({ template, parameters: { StreamUrl: "yes" }, output: "ignore" });
  onTestFinished(() => running.stop());
  return running;
}

test("what a route writes leaves at once at the URL that streams, and at the end at the HTTP API", async () => {
  const { streamUrl, url } = await deployed(`
    app.get("/story", async (_req, res) => {
      res.set("content-type", "text/plain");
      res.write("first ");
      const db = await Datastore.open();
      while ((await db.get("go")) === null) await new Promise((resolve) => setTimeout(resolve, 20));
      res.write("second");
      res.end();
    });
    app.post("/go", async (_req, res) => { await (await Datastore.open()).set("go", "yes"); res.json({}); });`);
  const answer = await fetch(`${streamUrl}/story`);
  expect(answer.headers.get("content-type")).toBe("text/plain");
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect(await reader?.read()).toEqual({ done: false, value: "first " });
  await fetch(`${url}/go`, { method: "POST" });
  expect(await reader?.read()).toEqual({ done: false, value: "second" });
  expect(await reader?.read()).toMatchObject({ done: true });
  expect(await (await fetch(`${url}/story`)).text()).toBe("first second");
});

test("files of the source are served from where they were deployed", async () => {
  const { url } = await deployed(`app.static({ route: "/site", directory: "/public" });`, {
    "public/a.txt": "from the folder",
  });
  expect(await (await fetch(`${url}/site/a.txt`)).text()).toBe("from the folder");
});

test("files that the app saves are in the template's bucket", async () => {
  const { url } = await deployed(`
    import { filestore } from "stephooks";
    app.post("/save", async (_req, res) => { await filestore.saveFile("/a.txt", "kept"); res.json({}); });
    app.get("/load", async (_req, res) => res.send(await filestore.readFile("/a.txt")));`);
  expect((await fetch(`${url}/save`, { method: "POST" })).status).toBe(200);
  expect(await (await fetch(`${url}/load`)).text()).toBe("kept");
});

test("jobs reach the app's worker through the job queue of the template", async () => {
  const { url } = await deployed(`
    app.worker("notes", async (req, res) => {
      await (await Datastore.open()).set("note", req.body.payload.text);
      res.end();
    });
    app.post("/notes", async (_req, res) => {
      await (await Datastore.open()).enqueue("notes", { text: "worked on" });
      res.json({});
    });
    app.get("/notes", async (_req, res) => res.json({ note: await (await Datastore.open()).get("note") }));`);
  expect((await fetch(`${url}/notes`, { method: "POST" })).status).toBe(200);
  await expect
    .poll(async () => (await fetch(`${url}/notes`)).json(), { timeout: 20_000 })
    .toEqual({ note: "worked on" });
});
