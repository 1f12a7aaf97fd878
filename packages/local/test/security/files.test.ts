import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import ejs from "ejs";
import handlebars from "handlebars";
import { memoryBlobStore } from "@stephooks/contracts";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Front, type Fronted, fronted, frontNames, withKey } from "./fronts.ts";
import { codeOf, type RawAnswer } from "./raw-request.ts";

/** Nobody may read it, with a key or without. */
const SECRET = "SECRET-of-the-source";
/** Only a route may say it, and only to who has a key. */
const ROUTE = "answer of a route";

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const source = mkdtempSync(join(tmpdir(), "stephooks-security-"));
const put = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(join(source, path)), { recursive: true });
  writeFileSync(join(source, path), content);
};

let site: Fronted;
let views: Fronted;
beforeAll(async () => {
  put("web/index.html", "home");
  put("web/404.html", "missing");
  put("web/img/all.png", everyByte);
  put("web/views/page.hbs", "<p>{{name}}|{{user.constructor.name}}|{{user.__proto__.secret}}</p>");
  for (const path of [".env", ".git/config", "server.ts", "app.js.map", "node_modules/x/index.js"]) {
    put(`web/${path}`, SECRET);
  }
  for (const path of ["secret.txt", "secret.html", "secret.hbs", "webby/secret.html"]) put(path, SECRET);
  symlinkSync(join(source, "secret.html"), join(source, "web/link.html"));
  symlinkSync(source, join(source, "web/up"));
  const blobs = memoryBlobStore({ now: () => Date.UTC(2026, 0, 1) });
  for (const name of ["page.html", "pic.svg", "doc.pdf", "app.js", "note.txt", "pic.png"]) {
    // What an uploader says it is counts for nothing.
    await blobs.write(`uploads/${name}`, Buffer.from("<script>"), "text/html");
  }
  site = await fronted(
    (app) => {
      app.get("/api/users", (_req, res) => res.send(ROUTE));
      app.all("/admin/*", (_req, res) => res.send(ROUTE));
      app.storage({ route: "/files", directory: "/uploads" });
      app.static({ route: "/", directory: "/web", notFound: "404.html" });
    },
    { sourceFolder: source, blobs },
  );
  views = await fronted(
    (app) => {
      app.set("views", "/web/views");
      app.set("view engine", { hbs: handlebars });
      app.auth("/page", (_req, _res, next) => next());
      app.get("/page", (req, res) =>
        res.render(String(req.query["view"] ?? "page"), { name: req.query["name"], user: { name: "ann" } }),
      );
    },
    { sourceFolder: source },
  );
});
afterAll(async () => {
  await Promise.all([site.stop(), views.stop()]);
  rmSync(source, { recursive: true, force: true });
});

function front(name: string, served = site): Front {
  const found = served.fronts.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no front ${name}`);
  return found;
}

const tricks: readonly string[] = [
  ...[
    "/.env",
    "/.git/config",
    "/server.ts",
    "/app.js.map",
    "/node_modules/x/index.js",
    "/link.html",
    "/up/secret.html",
  ],
  ...["/../secret.html", "/%2e%2e/secret.html", "/..%2fsecret.html", "/img/../../secret.html", "/webby/secret.html"],
  ...["/..%5csecret.html", "/..\\secret.html", "//secret.html", "///etc/passwd", "/%2fetc/passwd", "/etc/passwd"],
  ...["/C:/secret.html", "/C:%5Csecret.html", "/%252e%252e/secret.html", "/..;/secret.html", "/secret.html%00.png"],
  ...["/img", "/img/", "/con", "/nul.txt", "/./web/../secret.html", "/dev/../secret.html", "/files/../../secret.html"],
];

describe.each(frontNames)("through the %s", (name) => {
  test.each(tricks)("security 39: %j leads to no file outside of the site, with a key or without", async (target) => {
    for (const headers of [[], [withKey]]) {
      const answer = await front(name).send({ target, headers });
      expect(answer.body.toString()).not.toContain(SECRET);
      expect(answer.body.toString()).not.toContain("root:");
      expect([400, 403, 404]).toContain(answer.status);
    }
  });

  test.each(["/api/users", "/API/users", "/api/users/", "/admin/secret", "/admin/secret.html", "/admin/index.html"])(
    "security 40: a site at / with a page for what is missing does not open the route behind %s",
    async (target) => {
      for (const method of ["GET", "HEAD", "POST"]) {
        const answer = await front(name).send({ method, target });
        expect([401, 403]).toContain(answer.status);
        expect(answer.body.toString()).not.toContain(ROUTE);
      }
    },
  );

  test("security 40: the site itself is open, and the route to who has a key", async () => {
    const { send } = front(name);
    expect((await send({ target: "/" })).body.toString()).toBe("home");
    expect(await send({ target: "/deep/link" })).toMatchObject({ status: 404, body: Buffer.from("missing") });
    expect((await send({ target: "/api/users", headers: [withKey] })).body.toString()).toBe(ROUTE);
  });

  test.each(["page.html", "pic.svg", "doc.pdf", "app.js"])(
    "security 44: the uploaded %s, in which a browser would run scripts, is a download",
    async (file) => {
      const { body, headers, status } = await front(name).send({ target: `/files/${file}` });
      expect([status, body.toString()]).toEqual([200, "<script>"]);
      expect(headers.get("content-disposition")).toBe("attachment");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    },
  );

  test.each([
    ["note.txt", "text/plain; charset=utf-8"],
    ["pic.png", "image/png"],
  ])("security 44: the uploaded %s has the type of its name, whatever the uploader said", async (file, type) => {
    const { headers } = await front(name).send({ target: `/files/${file}` });
    expect(headers.get("content-type")).toBe(type);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  test.each<[string, number, number]>([
    ["bytes=0-3", 206, 4],
    ["bytes=-2", 206, 2],
    ["bytes=256-", 416, 0],
    ["bytes=99999999999999999999-", 416, 0],
    ["bytes=-0", 416, 0],
    ["bytes=9-1", 200, 256],
    ["bytes=--1", 200, 256],
    ["bytes=0-99999999999999999999", 206, 256],
    [`bytes=${"0-1,".repeat(500)}5-6`, 200, 256],
  ])("security 45: Range: %.30s is answered with %i and %i bytes", async (range, status, length) => {
    const answer = await front(name).send({ target: "/img/all.png", headers: [["range", range]] });
    expect([answer.status, answer.body.length]).toEqual([status, length]);
  });

  const page = (query: string): Promise<RawAnswer> => front(name, views).send({ target: `/page?${query}` });

  test("security 46: a value in a Handlebars view is text, and leads to no prototype", async () => {
    const answer = await page(`name=${encodeURIComponent("<script>{{user}}</script>")}`);
    expect(answer.body.toString()).toBe("<p>&lt;script&gt;{{user}}&lt;/script&gt;||</p>");
  });

  test.each(["../../secret", "../views/page", "..%2f..%2fsecret", "/etc/passwd", "..%5c..%5csecret", "page%00"])(
    "security 46: the view %j is refused",
    async (view) => {
      const answer = await page(`view=${view}`);
      expect(codeOf(answer)).toBe("500 view-failed");
      expect(answer.body.toString()).not.toContain(SECRET);
    },
  );
});

test("security 46: EJS escapes what <%= shows", async () => {
  put("web/views/page.ejs", "<p><%= name %></p>");
  const served = await fronted(
    (app) => {
      app.set("views", "/web/views");
      app.set("view engine", { ejs });
      app.get("/page", (req, res) => res.render("page", { name: req.query["name"] }));
    },
    { sourceFolder: source },
  );
  const target = `/page?name=${encodeURIComponent("<script>")}`;
  for (const { send } of served.fronts) {
    expect((await send({ target, headers: [withKey] })).body.toString()).toBe("<p>&lt;script&gt;</p>");
  }
  await served.stop();
});

test("security 39: no path of a site leads to anything else, by any front", async () => {
  const piece = fc.constantFrom(
    ...["/", "..", ".", "web", "up", "secret.html", "link.html", "index.html", ".env", "%2e%2e", "%2f", "%5c", "\\"],
    ...["files", "uploads", "img", "admin", "api", ";", "%00", "%25", "dev"],
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (parts) => {
      const target = `/${parts.join("")}`;
      for (const { name, send } of site.fronts) {
        const answer = await send({ target });
        expect(answer.body.toString(), `${name} ${target}`).not.toContain(SECRET);
        expect(answer.body.toString(), `${name} ${target}`).not.toContain(ROUTE);
        expect(answer.status, `${name} ${target}`).toBeLessThan(500);
      }
    }),
    { numRuns: 300 },
  );
});
