import { expect, test } from "vitest";
import { z } from "zod";
import { openapiDifferences } from "../../src/compat/differences-openapi.ts";
import { openapi, query, response } from "../../src/index.ts";
import { docsWorld, KEY } from "./docs-world.ts";
import { at, expectValid, keysAt } from "./valid-document.ts";

const answer = (): void => {};
const withKey = { "x-apikey": KEY };

/** What is so here, by the id of the difference. */
const facts: Readonly<Record<string, () => Promise<void>>> = {
  "docs-follow-auth": async () => {
    const world = docsWorld((app) => app.openapi());
    for (const path of ["/docs", "/openapi.json"]) {
      expect((await world.get(path)).status).toBe(401);
      expect((await world.get(path, withKey)).status).toBe(200);
    }
    expect((await docsWorld((app) => app.openapi({ public: true })).get("/docs")).status).toBe(200);
  },
  "docs-from-the-app": async () => {
    const { headers, text } = await docsWorld((app) => app.openapi()).get("/docs", withKey);
    expect(headers["content-security-policy"]).toContain("script-src 'self';");
    expect(text).not.toMatch(/https?:/);
    expect(text).toContain("&quot;validatorUrl&quot;:null");
  },
  "docs-paths-win": async () => {
    for (const isFirst of [true, false]) {
      const world = docsWorld((app) => {
        if (isFirst) app.openapi();
        void app.crudlify();
        if (!isFirst) app.openapi();
      });
      expect((await world.get("/docs", withKey)).text).toContain("swagger-ui");
    }
  },
  "docs-of-what-answers": async () => {
    const document = await docsWorld((app) => {
      app.get("/docs/:page", answer);
      app.get("/a", openapi({ summary: "first" }), answer);
      app.all("/a", openapi({ summary: "second" }), answer);
      app.openapi();
    }).document();
    expect(keysAt(document, "paths")).toEqual(["/a", "/docs/{page}"]);
    expect(at(document, "paths", "/a", "get", "summary")).toBe("first");
    expect(at(document, "paths", "/a", "put", "summary")).toBe("second");
  },
  "docs-are-valid": async () => {
    const said = { parameters: [query("n", { schema: z.int() })], responses: { 200: response("A", z.string()) } };
    const document = await docsWorld((app) => app.openapi().get("/a/:id", openapi(said), answer)).document();
    await expectValid(document);
    expect(at(document, "paths", "/a/{id}", "get", "parameters")).toMatchObject([
      { name: "id", in: "path" },
      { name: "n", schema: { type: "integer" } },
    ]);
  },
  "docs-of-crudlify": async () => {
    const document = await docsWorld((app) => {
      void app.crudlify({ a: null }, { prefix: "/one" });
      void app.crudlify({ b: null }, { prefix: "/two" });
      app.openapi();
    }).document();
    expect(keysAt(document, "paths")).toHaveLength(6);
    const content = at(document, "paths", "/two/b/_byquery", "delete", "responses", "200", "content");
    expect(keysAt(content, "application/json", "schema", "properties")).toEqual(["count"]);
  },
};

test.each(openapiDifferences)("$id: $stephooks", async ({ id }) => {
  const fact = facts[id];
  if (fact === undefined) throw new Error(`the difference ${id} has no test`);
  await fact();
});

test("docs-follow-auth with strict: the document and its page are public", async () => {
  const world = docsWorld((app) => {
    app.set("compat", "strict");
    app.openapi();
  });
  for (const path of ["/docs", "/openapi.json"]) expect((await world.get(path)).status).toBe(200);
});

test("every tested difference is in the list, each once, and one is restored by strict", () => {
  expect(openapiDifferences.map(({ id }) => id).toSorted()).toEqual(Object.keys(facts).toSorted());
  const restored = openapiDifferences.filter(({ strict }) => strict === "restored").map(({ id }) => id);
  expect(restored).toEqual(["docs-follow-auth"]);
});
