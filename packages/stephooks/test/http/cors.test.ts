import { describe, expect, test } from "vitest";
import { apiKey, closedWorld, httpWorld, type HttpWorld, refusal, withHeader, withKey } from "./http-world.ts";

function corsHeaders({ headers }: Response): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith("access-control-") || name === "vary"));
}

function preflight(
  world: HttpWorld,
  origin: string,
  path = "/x",
  more: Record<string, string> = {},
): Promise<Response> {
  const headers = { origin, "access-control-request-method": "PUT", ...more };
  return world.send(path, { method: "OPTIONS", headers });
}

const origins = [
  "https://app.example",
  "null",
  "https://evil-example.com",
  "https://example.com.evil.example",
  "http://localhost.evil.example",
  "http://127.0.0.1.evil.example",
  "http://user@localhost",
  "file://",
  "x".repeat(8_192),
];

describe("security 47: a deployed app", () => {
  test.each(origins)("answers the origin %.40j with the constant star and never allows credentials", async (origin) => {
    const response = await closedWorld().send("/x", { headers: { origin, "x-apikey": apiKey } });
    expect(response.status).toBe(200);
    expect(corsHeaders(response)).toEqual({ "access-control-allow-origin": "*" });
  });

  test("lets a page read refusals too", async () => {
    const response = await closedWorld().send("/x", { headers: { origin: "https://app.example" } });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([401, "*"]);
  });

  test("answers a preflight without a key, with constants, whatever it asks for", async () => {
    const asked = { "access-control-request-headers": " ,".repeat(4_096) };
    for (const path of ["/x", "/nosuch"]) {
      const response = await preflight(closedWorld(), "https://app.example", path, asked);
      expect([response.status, await response.text()]).toEqual([204, ""]);
      expect(corsHeaders(response)).toEqual({
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
        "access-control-allow-headers": "*, authorization",
        "access-control-max-age": "600",
      });
    }
  });

  test("answers a preflight of a path it cannot read with 400", async () => {
    expect(await refusal(preflight(closedWorld(), "https://app.example", "/x//y"))).toBe("400 bad-path");
  });
});

describe("an app that is open on the developer's machine", () => {
  const world = httpWorld((app) => app.get("/x", (_req, res) => res.end("data")));

  test.each([
    "http://localhost:5173",
    "https://localhost",
    "http://127.0.0.1:8080",
    "http://[::1]:3000",
    "http://a.localhost",
  ])("is read by pages of %s", async (origin) => {
    const response = await world.send("/x", { headers: { origin } });
    expect(corsHeaders(response)).toEqual({ "access-control-allow-origin": origin, vary: "origin" });
  });

  test.each(origins)("is not read by pages of %.40j", async (origin) => {
    expect(corsHeaders(await world.send("/x", { headers: { origin } }))).toEqual({ vary: "origin" });
    expect((await preflight(world, origin)).headers.has("access-control-allow-origin")).toBe(false);
  });
});

describe("a route for every method", () => {
  const world = httpWorld(
    (app) => {
      app.auth("/open", (_req, _res, next) => next());
      app.all("/open", (req, res) => res.set("access-control-allow-origin", "https://only.example").end(req.method));
      app.all("/closed", (req, res) => res.end(req.method));
    },
    { access: withKey },
  );

  test("answers preflights of its path itself, and its headers stay", async () => {
    const response = await preflight(world, "https://app.example", "/open");
    expect([response.status, await response.text()]).toEqual([200, "OPTIONS"]);
    expect(response.headers.get("access-control-allow-origin")).toBe("https://only.example");
  });

  test("that is closed does not keep browsers from asking", async () => {
    expect((await preflight(world, "https://app.example", "/closed")).status).toBe(204);
    expect(await refusal(world.send("/closed", { method: "OPTIONS" }))).toBe("401 unauthorized");
    const response = await world.send("/closed", { method: "OPTIONS", ...withHeader(apiKey) });
    expect([response.status, await response.text()]).toEqual([200, "OPTIONS"]);
  });
});
