import { readFileSync } from "node:fs";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fileWorld, KEY } from "./file-world.ts";

const everyByte = Uint8Array.from({ length: 256 }, (_value, index) => index);

const site = {
  "web/index.html": "<html>home</html>",
  "web/about.html": "<html>about</html>",
  "web/404.html": "<html>missing</html>",
  "web/docs/index.html": "<html>docs</html>",
  "web/img/all.png": everyByte,
  "web/img/hero.svg": "<svg/>",
  "web/app.js": "console.log(1)",
  "web/LICENSE": "MIT",
  "web/a b@1+~é.txt": "odd",
  "web/.env": "SECRET",
  "web/server.ts": "SECRET",
  "secret.txt": "SECRET",
  "webby/secret.html": "SECRET",
};

describe("app.static, without a key", () => {
  const world = () => fileWorld(site, (app) => app.static({ route: "/", directory: "/web" }));

  test.each([
    ["/", "<html>home</html>", "text/html; charset=utf-8"],
    ["/index.html", "<html>home</html>", "text/html; charset=utf-8"],
    ["/dev/index.html", "<html>home</html>", "text/html; charset=utf-8"],
    ["/dev", "<html>home</html>", "text/html; charset=utf-8"],
    ["/docs/", "<html>docs</html>", "text/html; charset=utf-8"],
    ["/img/hero.svg", "<svg/>", "image/svg+xml"],
    ["/app.js", "console.log(1)", "text/javascript; charset=utf-8"],
    ["/a%20b@1+~%C3%A9.txt", "odd", "text/plain; charset=utf-8"],
  ])("%s", async (path, text, type) => {
    const answer = await world().get(path);
    expect(answer).toMatchObject({ status: 200, text });
    expect(answer.headers["content-type"]).toBe(type);
  });

  test("bytes are exact through every front", async () => {
    for (const { bytes, status } of await world().byEveryFront("/img/all.png")) {
      expect(status).toBe(200);
      expect([...bytes]).toEqual([...everyByte]);
    }
  });

  test("what is not there is told in codehooks' words", async () => {
    expect(await world().get("/nope.html")).toMatchObject({
      status: 404,
      text: "No file here: /web/nope.html (not found)",
    });
  });

  test("a name without a known ending needs a key, as with codehooks", async () => {
    const { get } = world();
    expect(await get("/LICENSE")).toMatchObject({ status: 403 });
    expect(await get("/nowhere")).toMatchObject({ status: 403 });
    expect(await get("/LICENSE", { "x-apikey": KEY })).toMatchObject({
      status: 200,
      text: "MIT",
      headers: { "content-type": "application/octet-stream" },
    });
  });

  test.each([
    "/.env",
    "/server.ts",
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/img/../../secret.txt",
    "/img/%2e%2e/%2e%2e/secret.txt",
    "/..%5csecret.txt",
    "/..\\secret.txt",
    "//secret.txt",
    "/%2fetc/passwd",
    "/etc/passwd.html",
    "/index.html%00.png",
    "/link.html",
    "/C:/secret.txt",
    "/%252e%252e/secret.txt",
    "/..;/secret.txt",
  ])("%s gives nothing away, with a key or without", async (path) => {
    const { ask, source } = world();
    symlinkSync(join(source, "secret.txt"), join(source, "web/link.html"));
    for (const headers of [{}, { "x-apikey": KEY }]) {
      const { status, text } = await ask("GET", path, headers);
      expect([400, 401, 403, 404]).toContain(status);
      expect(text).not.toContain("SECRET");
    }
  });

  test("no other method is let in", async () => {
    const { ask } = world();
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      expect((await ask(method, "/index.html")).status).toBe(401);
    }
  });

  test("HEAD has the headers and no body", async () => {
    const { ask } = world();
    const head = await ask("HEAD", "/index.html");
    const get = await ask("GET", "/index.html");
    expect(head).toMatchObject({ status: 200, text: "" });
    expect(head.headers).toEqual(get.headers);
  });
});

describe("a route other than /", () => {
  const world = () =>
    fileWorld(site, (app) => {
      app.static({ route: "/assets", directory: "/web", headers: { "cache-control": "public, max-age=60" } });
      app.get("/assets/private", (_req, res) => void res.send("never"));
    });

  test.each([
    ["/assets", "<html>home</html>"],
    ["/assets/", "<html>home</html>"],
    ["/assets/about.html", "<html>about</html>"],
  ])("%s is served", async (path, text) => {
    const answer = await world().get(path);
    expect(answer).toMatchObject({ status: 200, text });
    expect(answer.headers["cache-control"]).toBe("public, max-age=60");
  });

  test.each(["/assetsindex.html", "/web/index.html", "/index.html", "/x/assets/about.html"])(
    "%s is not",
    async (path) => {
      expect((await world().get(path)).status).toBe(401);
    },
  );

  test("a route with the signs of regular expressions is taken literally", async () => {
    const { get } = fileWorld(site, (app) => app.static({ route: "/a.b(c)+", directory: "/web" }));
    expect((await get("/a.b(c)+/index.html")).status).toBe(200);
    expect((await get("/aXb(c)+/index.html")).status).toBe(401);
  });

  test("a long path costs no time", async () => {
    const { get } = world();
    const started = performance.now();
    await get(`/assets/${"a/".repeat(8_000)}-.html`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe("a page for what is not found", () => {
  test("is sent with 404, and opens no path of another route", async () => {
    const { ask, get } = fileWorld(site, (app) => {
      app.get("/api/users", (_req, res) => void res.send("users"));
      app.get("/admin/*", (_req, res) => void res.send("admin"));
      app.static({ route: "/", directory: "/web", notFound: "404.html" });
    });
    expect(await get("/deep/link")).toMatchObject({
      status: 404,
      text: "<html>missing</html>",
      headers: { "content-type": "text/html; charset=utf-8" },
    });
    // codehooks' pattern for a site at / lets everybody in to these.
    for (const path of ["/api/users", "/API/users", "/admin/secret", "/admin/secret.html"]) {
      expect((await get(path)).status).toBe(401);
    }
    expect((await ask("POST", "/api/users")).status).toBe(401);
    expect(await get("/api/users", { "x-apikey": KEY })).toMatchObject({ status: 200, text: "users" });
  });

  test("that is itself missing is told in words", async () => {
    const { get } = fileWorld(site, (app) => app.static({ directory: "/web", notFound: "/none.html" }));
    expect(await get("/x.html")).toMatchObject({ status: 404, text: "No file here: /web/x.html (not found)" });
  });
});

describe("order", () => {
  test("an earlier route answers, a later one does not", async () => {
    const { get } = fileWorld(site, (app) => {
      app.get("/about.html", (_req, res) => void res.send("route"));
      app.auth("/about.html", (_req, _res, next) => next());
      app.static({ route: "/", directory: "/web" });
      app.get("/index.html", (_req, res) => void res.send("never"));
    });
    expect((await get("/about.html")).text).toBe("route");
    expect((await get("/index.html")).text).toBe("<html>home</html>");
  });

  test("an app.auth of before decides about files, one of after does not", async () => {
    const register = (first: boolean) => (app: Parameters<Parameters<typeof fileWorld>[1]>[0]) => {
      const deny = () => app.auth("/docs/*", (_req, res) => void res.status(403).end("members only"));
      if (first) deny();
      app.static({ route: "/", directory: "/web" });
      if (!first) deny();
    };
    expect(await fileWorld(site, register(true)).get("/docs/index.html")).toMatchObject({
      status: 403,
      text: "members only",
    });
    expect((await fileWorld(site, register(false)).get("/docs/index.html")).status).toBe(200);
  });

  test("a hook runs before the file, and what it sets stays", async () => {
    const { get } = fileWorld(site, (app) => {
      app.static({ route: "/", directory: "/web" }, (req, res, next) => {
        if (req.apiPath === "/about.html") return void res.status(410).end("gone");
        res.set("cache-control", "max-age=3600000");
        next();
      });
    });
    expect(await get("/about.html")).toMatchObject({ status: 410, text: "gone" });
    expect((await get("/index.html")).headers["cache-control"]).toBe("max-age=3600000");
  });
});

describe("caching and parts", () => {
  const world = () => fileWorld(site, (app) => app.static({ route: "/", directory: "/web" }));

  test("an answer says of which version it is and that it must be asked for again", async () => {
    const { headers } = await world().get("/index.html");
    expect(headers).toMatchObject({
      etag: expect.stringMatching(/^"[0-9a-f-]+"$/),
      "last-modified": expect.stringMatching(/GMT$/),
      "cache-control": "no-cache",
      "accept-ranges": "bytes",
      "x-content-type-options": "nosniff",
    });
  });

  test.each([
    ["if-none-match", (etag: string) => etag],
    ["if-none-match", (etag: string) => `W/${etag}`],
    ["if-none-match", (etag: string) => `"other", ${etag}`],
    ["if-none-match", () => "*"],
    ["if-modified-since", () => new Date(Date.now() + 60_000).toUTCString()],
  ])("%s of this version: 304 without a body", async (name, value) => {
    const { get } = world();
    const first = await get("/index.html");
    const again = await get("/index.html", { [name]: value(first.headers["etag"] ?? "") });
    expect(again).toMatchObject({ status: 304, text: "", headers: { etag: first.headers["etag"] } });
  });

  test.each([
    ["if-none-match", '"other"'],
    ["if-modified-since", new Date(0).toUTCString()],
    ["if-modified-since", "nonsense"],
  ])("%s: %s of another version: the file", async (name, value) => {
    expect(await world().get("/index.html", { [name]: value })).toMatchObject({
      status: 200,
      text: "<html>home</html>",
    });
  });

  test.each([
    ["bytes=0-3", 206, [0, 1, 2, 3], "bytes 0-3/256"],
    ["bytes=250-", 206, [250, 251, 252, 253, 254, 255], "bytes 250-255/256"],
    ["bytes=-2", 206, [254, 255], "bytes 254-255/256"],
    ["bytes=256-", 416, [], "bytes */256"],
    ["bytes=0-1,4-5", 200, [...everyByte], undefined],
    [`bytes=${"0-1,".repeat(1_000)}5-6`, 200, [...everyByte], undefined],
    ["bytes=9-1", 200, [...everyByte], undefined],
  ])("Range: %.20s gives %i", async (range, status, bytes, contentRange) => {
    const answer = await world().get("/img/all.png", { range });
    expect(answer.status).toBe(status);
    expect([...answer.bytes]).toEqual(bytes);
    expect(answer.headers["content-range"]).toBe(contentRange);
  });

  test("a part of another version is the whole of this one", async () => {
    const { get } = world();
    const { headers } = await get("/img/all.png");
    const part = { range: "bytes=0-3" };
    expect((await get("/img/all.png", { ...part, "if-range": headers["etag"] ?? "" })).status).toBe(206);
    expect((await get("/img/all.png", { ...part, "if-range": '"other"' })).status).toBe(200);
  });
});

test("without options it is /public from the whole source", async () => {
  const { get } = fileWorld(site, (app) => app.static());
  expect(await get("/public/web/index.html")).toMatchObject({ status: 200, text: "<html>home</html>" });
  expect((await get("/web/index.html")).status).toBe(401);
});

test("a folder that leads upwards is refused when it is registered", () => {
  expect(() => fileWorld(site, (app) => app.static({ directory: "/web/../.." }))).toThrow(
    expect.objectContaining({ code: "invalid-path" }),
  );
});

test("the file that is served is the one on disk", async () => {
  const { get, source } = fileWorld(site, (app) => app.static({ directory: "web" }));
  expect((await get("/about.html")).text).toBe(readFileSync(join(source, "web/about.html"), "utf8"));
});
