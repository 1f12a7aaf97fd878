import { describe, expect, test } from "vitest";
import type { OpenApiConfig } from "../../src/index.ts";
import type { App } from "../../src/host/index.ts";
import { baseOf, linkToRoot } from "../../src/openapi/page-links.ts";
import { docsWorld, KEY } from "./docs-world.ts";
import { at } from "./valid-document.ts";

const withKey = { "x-apikey": KEY };
const docs = (config?: OpenApiConfig, uiPath?: string) => docsWorld((app) => app.openapi(config, uiPath));

describe("security 79: the document and its page", () => {
  test("security 79: follow the app's auth, by every front", async () => {
    const world = docs();
    for (const path of ["/docs", "/openapi.json"]) {
      for (const { status } of await world.byEveryFront(path)) expect(status).toBe(401);
      for (const { status } of await world.byEveryFront(path, withKey)) expect(status).toBe(200);
      expect((await world.get(`${path}?apikey=${encodeURIComponent(KEY)}`)).status).toBe(200);
    }
  });

  test("security 79: follow an app.auth hook for their paths", async () => {
    const world = docsWorld((app) => {
      app.openapi();
      app.auth("/docs", (req, _res, next) => next(req.headers["x-team"] === "ours" ? undefined : "Only for us"));
    });
    expect((await world.get("/docs", { "x-team": "ours" })).status).toBe(200);
    expect((await world.get("/docs")).status).toBe(403);
    expect((await world.get("/openapi.json", { "x-team": "ours" })).status).toBe(401);
  });

  test("security 79: are public where the app says so, or asks for codehooks' behaviour", async () => {
    const worlds = [
      docs({ public: true }),
      docsWorld((app) => app.openapi().set("compat", "strict")),
      docsWorld((app) => {
        app.set("compat", "strict");
        app.openapi();
      }),
    ];
    for (const world of worlds) {
      for (const path of ["/docs", "/openapi.json"]) expect((await world.get(path)).status).toBe(200);
      expect((await world.get("/other")).status).toBe(401);
    }
  });

  test("security 79: are public without opening a route of the same path", async () => {
    const world = docsWorld((app) => {
      app.openapi({ public: true });
      app.get("/docs", (_req, res) => void res.send("of the app"));
      app.post("/openapi.json", (_req, res) => void res.send("of the app"));
    });
    expect((await world.get("/docs")).status).toBe(401);
    expect((await world.get("/docs", withKey)).text).toBe("of the app");
  });

  test("security 79: tell of no RegExp route, no file, and nothing that the filter leaves out", async () => {
    const world = docsWorld((app) => {
      app.get(/^\/_internal\//, () => {});
      app.static({ route: "/site", directory: "/web" });
      app.get("/internal/keys", () => {});
      app.openapi({ filter: ({ path }) => !path.startsWith("/internal") });
    });
    expect(at(await world.document(), "paths")).toEqual({});
  });

  test("security 79: a title with </script> is text", async () => {
    const title = `</title></script><script>alert("1")</script>`;
    const { text } = await docs({
      info: { title },
      specPath: "/a'b.json",
      swaggerUi: { favicon: `/f"onload="x`, oauth2RedirectUrl: `'><script>` },
    }).get("/docs", withKey);
    expect(text).toContain(
      "<title>&lt;/title&gt;&lt;/script&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</title>",
    );
    // The two scripts are files, and there is no other, and no attribute that somebody else wrote.
    expect(text.match(/<script[^>]*>/g)).toHaveLength(2);
    expect(text).not.toMatch(/ onload=/);
  });

  test("security 79: the page's policy allows its own files, and no code in it", async () => {
    const { headers } = await docs().get("/docs", withKey);
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
  });

  test("security 79: no other server's address is in the page, unless the app names it, and then its policy allows it", async () => {
    expect((await docs().get("/docs", withKey)).text).not.toMatch(/https?:/);
    const named = docs({
      servers: [{ url: "https://api.example/v1" }, { url: "/here" }, { url: "javascript:alert(1)" }],
      swaggerUi: { favicon: "https://img.example/a.png", validatorUrl: "https://check.example/x" },
    });
    const { headers } = await named.get("/docs", withKey);
    expect(headers["content-security-policy"]).toContain("connect-src 'self' https://api.example;");
    expect(headers["content-security-policy"]).toContain(
      "img-src 'self' data: https://img.example https://check.example;",
    );
  });
});

describe("the page's files", () => {
  test.each([
    ["swagger-ui.css", /text\/css/],
    ["swagger-ui-bundle.js", /javascript/],
    ["favicon-32x32.png", /image\/png/],
    ["page.css", /text\/css/],
    ["page.js", /javascript/],
  ])("%s is read by everybody", async (name, type) => {
    const { headers, status, text } = await docs().get(`/docs/${name}`);
    expect(status).toBe(200);
    expect(headers["content-type"]).toMatch(type);
    expect(text.length).toBeGreaterThan(100);
  });

  test("are not sent again when nothing has changed", async () => {
    const world = docs();
    const { headers } = await world.get("/docs/swagger-ui.css");
    const again = await world.get("/docs/swagger-ui.css", { "if-none-match": headers["etag"] ?? "" });
    expect(again.status).toBe(304);
  });

  test("are these and no others", async () => {
    const world = docs();
    for (const name of ["package.json", "LICENSE", "..%2fpackage.json", "swagger-ui-bundle.js.map"]) {
      expect((await world.get(`/docs/${name}`, withKey)).status).not.toBe(200);
    }
  });
});

describe("paths", () => {
  const registrations: Readonly<Record<string, (app: App) => unknown>> = {
    "after crudlify": (app) => {
      void app.crudlify();
      app.openapi();
    },
    "before crudlify": (app) => app.openapi().crudlify(),
    "after a route for everything": (app) => {
      app.get("*", (_req, res) => void res.send("everything"));
      app.openapi();
    },
    "after a site at the root": (app) => {
      app.static({ route: "/", directory: "/web" });
      app.openapi();
    },
  };
  test.each(Object.entries(registrations))("those of the documentation win: %s", async (_when, register) => {
    const world = docsWorld(register);
    expect((await world.get("/docs", withKey)).text).toContain("swagger-ui");
    expect((await world.get("/openapi.json", withKey)).json).toMatchObject({ openapi: "3.0.3" });
  });

  test("are the app's to choose", async () => {
    const world = docs({ specPath: "/api/spec.json" }, "/api/help/");
    const { text } = await world.get("/api/help", withKey);
    expect(text).toContain(`src="./../api/help/page.js"`);
    expect((await world.get("/api/help/page.js")).status).toBe(200);
    expect((await world.get("/api/spec.json", withKey)).status).toBe(200);
  });

  test.each(["docs", "/docs/:x", "/docs/*", "/a b", "/a?b", ""])("%s is refused", (path) => {
    expect(() => docs({}, path)).toThrow(expect.objectContaining({ code: "invalid-path" }));
    expect(() => docs({ specPath: path })).toThrow(expect.objectContaining({ code: "invalid-path" }));
  });

  test.each([
    { path: "/docs", apiPath: "/docs", link: "./", base: "" },
    { path: "/docs/", apiPath: "/docs/", link: "./../", base: "" },
    { path: "/dev/docs", apiPath: "/docs", link: "./", base: "/dev" },
    { path: "/prod/dev/a/docs", apiPath: "/a/docs", link: "./../", base: "/prod/dev" },
    { path: "/", apiPath: "/", link: "./", base: "" },
    { path: "/dev", apiPath: "/", link: "./dev/", base: "/dev" },
    { path: "/dev/", apiPath: "/", link: "./", base: "/dev" },
  ])("of $path, links begin with $link and the app with '$base'", ({ apiPath, base, link, path }) => {
    expect(linkToRoot({ path, apiPath })).toBe(link);
    expect(baseOf({ path, apiPath })).toBe(base);
    // It leads there.
    expect(new URL(`${link}x`, `https://example.test${path}`).pathname).toBe(`${base}/x`);
  });
});
