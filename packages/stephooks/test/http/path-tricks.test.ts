import { pathPieces, pathTricks } from "@stephooks/contracts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AuthList } from "../../src/http/auth-list.ts";
import { canonicalPath } from "../../src/http/canonical-path.ts";
import { RouteTable } from "../../src/http/route-table.ts";
import { httpWorld, withKey } from "./http-world.ts";

const tricks = pathTricks("admin");

/** An app whose secrets lie under /admin, closed by a hook; everything else is opened by a hook. */
function guarded(guard: string | RegExp) {
  return httpWorld(
    (app) => {
      app.auth(guard, (_req, _res, next) => next("closed"));
      app.auth("/admin", (_req, _res, next) => next("closed"));
      app.auth("*", (_req, _res, next) => next());
      app.get("/admin", (_req, res) => res.end("SECRET"));
      app.get("/admin/*", (_req, res) => res.end("SECRET"));
      app.get("/*", (_req, res) => res.end("open"));
    },
    { access: withKey, space: "dev" },
  );
}

describe.each([["/admin/*"], [/^\/admin\/.*$/i]])("what the hook %s closes", (guard) => {
  test.each(tricks)("cannot be had by %j", async (rawPath) => {
    const response = await guarded(guard).send("", {}, { rawPath, stage: "prod" });
    expect(await response.text()).not.toContain("SECRET");
  });

  test("is what lies under it, with the plain path", async () => {
    expect((await guarded(guard).send("/admin/x")).status).toBe(403);
    expect((await guarded(guard).send("/other")).status).toBe(200);
  });
});

test.each(tricks)("middleware for /admin/* covers whatever %j reaches", async (rawPath) => {
  const world = httpWorld(
    (app) => {
      app.use("/admin/*", (_req, res) => res.status(418).end());
      app.get("/admin/*", (_req, res) => res.end("SECRET"));
    },
    { space: "dev" },
  );
  expect(await (await world.send("", {}, { rawPath })).text()).not.toContain("SECRET");
});

const piece = fc.constantFrom(...pathPieces("admin"), "é");
const anyPath = fc.oneof(
  fc.array(piece, { maxLength: 10 }).map((parts) => `/${parts.join("")}`),
  fc.webPath(),
  fc.string({ unit: "binary" }),
);
const pattern = fc.constantFrom<string | RegExp>("/admin/*", "/admin*", "/admin", "/:a/x", "*", "/x/:b", /^\/admin\//i);

test("auth and route decide alike about every path, for the same pattern", () => {
  fc.assert(
    fc.property(anyPath, pattern, (rawPath, source) => {
      const canonical = canonicalPath(rawPath, { space: "dev" });
      if (!canonical.ok) return;
      const auths = new AuthList();
      const routes = new RouteTable();
      auths.add(source, [() => {}]);
      routes.add("GET", source, [() => {}]);
      const covered = auths.match("GET", canonical.apiPath) !== undefined;
      expect(routes.match("GET", canonical.apiPath).kind === "found").toBe(covered);
    }),
    { numRuns: 2000 },
  );
});

test("content behind a hook is never served, whatever the path", async () => {
  const world = guarded("/admin/*");
  await fc.assert(
    fc.asyncProperty(anyPath, async (rawPath) => {
      const response = await world.send("", {}, { rawPath });
      expect(await response.text()).not.toContain("SECRET");
      expect(response.status).toBeLessThan(500);
    }),
    { numRuns: 500 },
  );
});
