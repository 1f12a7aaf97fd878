import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { App } from "../../src/host/index.ts";
import { fileWorld, KEY } from "./file-world.ts";

/** Stands in for Handlebars and EJS: `{{name}}` is escaped, `{{>layout}}` is the layout. */
function engine() {
  const partials = new Map<string, string>();
  const compiled: string[] = [];
  const escape = (value: unknown): string =>
    (typeof value === "string" ? value : "").replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return {
    compiled,
    registerPartial: (name: string, source: string) => void partials.set(name, source),
    compile: (source: string) => {
      compiled.push(source);
      return (data: Readonly<Record<string, unknown>>) =>
        source
          .replace("{{>layout}}", partials.get("layout") ?? "")
          .replaceAll(/\{\{(\w+)\}\}/g, (_whole, name: string) => escape(data[name]));
    },
  };
}

const views = {
  "web/views/page.hbs": "{{>layout}}<p>{{name}}</p>",
  "web/views/page.ejs": "<ejs>{{name}}</ejs>",
  "web/layout.hbs": "<title>",
  "secret.hbs": "SECRET",
};

function rendering(register: (app: App) => void) {
  return fileWorld(views, (app) => {
    register(app);
    app.get("/page", (req, res) => void res.render(String(req.query["view"] ?? "page"), { name: req.query["name"] }));
    app.auth("/page", (_req, _res, next) => next());
  });
}

test.each(["hbs", "handlebars"])("{%s} renders a view with the layout, as HTML, its values escaped", async (name) => {
  const { get } = rendering((app) => {
    app.set("views", "/web/views");
    app.set("layout", "/web/layout.hbs");
    app.set("view engine", { [name]: engine() });
  });
  expect(await get("/page?name=%3Cscript%3E{{name}}")).toMatchObject({
    status: 200,
    text: "<title><p>&lt;script>{{name}}</p>",
    headers: { "content-type": "text/html; charset=utf-8" },
  });
});

test("{ejs} renders the view with its own ending", async () => {
  const { get } = rendering((app) => {
    app.set("views", "/web/views/");
    app.set("view engine", { ejs: engine() });
  });
  expect((await get("/page?name=x")).text).toBe("<ejs>x</ejs>");
});

test("a view is compiled once, and again when its file has changed", async () => {
  const used = engine();
  const { get, source } = rendering((app) => {
    app.set("views", "/web/views");
    app.set("view engine", { hbs: used });
  });
  await get("/page?name=1");
  await get("/page?name=2");
  expect(used.compiled).toHaveLength(1);
  writeFileSync(join(source, "web/views/page.hbs"), "<new>{{name}}</new>");
  expect((await get("/page?name=3")).text).toBe("<new>3</new>");
});

test.each(["../../secret", "../views/page", "/../../secret", "..%2f..%2fsecret", "none", ""])(
  "the view %j is a fault that tells nothing to the client",
  async (view) => {
    const { get } = rendering((app) => {
      app.set("views", "/web/views");
      app.set("view engine", { hbs: engine() });
    });
    const answer = await get(`/page?view=${encodeURIComponent(view)}`);
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: "view-failed" } });
    expect(answer.text).not.toContain("SECRET");
  },
);

test.each([
  ["none", undefined],
  ["an unknown one", { pug: engine() }],
  ["one that cannot compile", { hbs: {} }],
])("an app with %s as its engine fails with a code, where codehooks throws a TypeError", async (_what, given) => {
  const { get } = rendering((app) => {
    app.set("views", "/web/views");
    if (given !== undefined) app.set("view engine", given);
  });
  const answer = await get("/page");
  expect(answer.status).toBe(500);
  expect(JSON.parse(answer.text)).toMatchObject({ error: { code: "view-failed" } });
});

test("app.render gives the HTML, or the error, to its callback", async () => {
  const { get } = rendering((app) => {
    app.set("views", "/web/views");
    app.set("view engine", { hbs: engine() });
    app.get("/own/:view", async (req, res) => {
      await app.render(req.params["view"] ?? "", { name: "x" }, (error, html) =>
        res.json({ failed: error !== null, html }),
      );
    });
  });
  expect(JSON.parse((await get("/own/page", { "x-apikey": KEY })).text)).toEqual({ failed: false, html: "<p>x</p>" });
  expect(JSON.parse((await get("/own/none", { "x-apikey": KEY })).text)).toEqual({ failed: true });
});
