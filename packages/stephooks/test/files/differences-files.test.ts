import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { filesDifferences } from "../../src/compat/differences-files.ts";
import * as stephooks from "../../src/index.ts";
import type { App } from "../../src/host/index.ts";
import { fileWorld, KEY } from "./file-world.ts";

const withKey = { "x-apikey": KEY };

/** Answers what a route of an app answers that does this. */
async function inRoute(act: (app: App) => Promise<unknown>, files: Readonly<Record<string, string>> = {}) {
  const world = fileWorld(files, (app) => app.get("/run", async (_req, res) => void res.json(await act(app))));
  return { world, answer: await world.get("/run", withKey) };
}

/** What is so here, by the id of the difference. */
const facts: Readonly<Record<string, () => Promise<void> | void>> = {
  "static-opens-only-files": async () => {
    const { get } = fileWorld({ "web/404.html": "missing" }, (app) => {
      app.get("/admin/secret", (_req, res) => void res.send("secret"));
      app.static({ route: "/", directory: "/web", notFound: "404.html" });
    });
    expect((await get("/admin/secret")).status).toBe(401);
    expect(await get("/elsewhere")).toMatchObject({ status: 404, text: "missing" });
  },
  "static-any-name": async () => {
    const { get } = fileWorld({ "a b@1+~é.txt": "found" }, (app) => app.static({ route: "/" }));
    expect((await get("/a%20b@1+~%C3%A9.txt")).text).toBe("found");
  },
  "static-hides": async () => {
    const names = [".env.txt", "node_modules/x.js", "server.ts", "app.js.map"];
    const { get } = fileWorld(Object.fromEntries(names.map((name) => [name, "x"])), (app) =>
      app.static({ route: "/" }),
    );
    for (const name of names) expect((await get(`/${name}`, withKey)).status).toBe(404);
  },
  "static-caches": async () => {
    const { ask, get } = fileWorld({ "a.txt": "abc" }, (app) => app.static({ route: "/" }));
    const { headers } = await get("/a.txt");
    expect(headers["cache-control"]).toBe("no-cache");
    expect((await get("/a.txt", { "if-none-match": headers["etag"] ?? "" })).status).toBe(304);
    expect((await get("/a.txt", { range: "bytes=1-1" })).text).toBe("b");
    expect((await ask("HEAD", "/a.txt")).status).toBe(200);
  },
  "static-literal-route": async () => {
    const { get } = fileWorld({ "a.txt": "abc" }, (app) => app.static({ route: "/v1.0" }));
    expect((await get("/v1.0/a.txt")).status).toBe(200);
    expect((await get("/v1x0/a.txt")).status).toBe(401);
  },
  "storage-downloads": async () => {
    for (const headers of [undefined, { "content-disposition": "inline" }]) {
      const { blobs, get } = fileWorld({}, (app) => app.storage({ route: "/", ...(headers ? { headers } : {}) }));
      await blobs.write("page.html", new TextEncoder().encode("<html>"));
      expect((await get("/page.html")).headers["content-disposition"]).toBe(headers ? "inline" : "attachment");
    }
  },
  "file-paths-are-plain": async () => {
    const { answer } = await inRoute(() => stephooks.filestore.saveFile("a/../b", "x"));
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: "invalid-file-path" } });
  },
  "file-streams-fail": async () => {
    const broken = Readable.from(
      (async function* () {
        yield "a";
        throw new Error("the stream broke");
      })(),
    );
    const { answer } = await inRoute(async () =>
      stephooks.filestore.saveFile("/a.txt", broken).catch((error: Error) => error.message),
    );
    expect(JSON.parse(answer.text)).toBe("the stream broke");
  },
  "views-follow-their-files": async () => {
    const { get, source } = fileWorld({ "page.ejs": "one" }, (app) => {
      app.set("view engine", { ejs: { compile: (text: string) => () => text } });
      app.get("/page", (_req, res) => void res.render("page"));
    });
    expect((await get("/page", withKey)).text).toBe("one");
    writeFileSync(join(source, "page.ejs"), "two!");
    expect((await get("/page", withKey)).text).toBe("two!");
  },
  "views-need-an-engine": async () => {
    const { get } = fileWorld({}, (app) => app.get("/page", (_req, res) => void res.render("page")));
    expect(JSON.parse((await get("/page", withKey)).text)).toMatchObject({ error: { code: "view-failed" } });
  },
  "init-callback-once": async () => {
    let calls = 0;
    const { get } = fileWorld({}, (app) => {
      app.get("/x", (_req, res) => void res.json(calls));
      app.init(() => {
        calls += 1;
        if (calls === 1) throw new Error("not yet");
      });
    });
    expect((await get("/x", withKey)).status).toBe(503);
    expect((await get("/x", withKey)).text).toBe("2");
    expect((await get("/x", withKey)).text).toBe("2");
  },
  "internal-fetch": async () => {
    const { answer } = await inRoute(async (app) => (await app.internalFetch("/nowhere", { headers: withKey })).status);
    expect(answer.text).toBe("404");
  },
};

test.each(filesDifferences)("$id: $stephooks", async ({ id }) => {
  const fact = facts[id];
  if (fact === undefined) throw new Error(`the difference ${id} has no test`);
  await fact();
});

test("every tested difference is in the list, each once", () => {
  expect(filesDifferences.map(({ id }) => id).toSorted()).toEqual(Object.keys(facts).toSorted());
});

test("nothing of it is restored by strict", () => {
  expect(filesDifferences.filter(({ strict }) => strict === "restored")).toEqual([]);
});
