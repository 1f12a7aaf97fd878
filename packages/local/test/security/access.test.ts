import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiKey, type Front, type Fronted, fronted, frontNames, readOnlyKey } from "./fronts.ts";
import { codeOf } from "./raw-request.ts";

let served: Fronted;
beforeAll(async () => {
  served = await fronted((app) => {
    app.auth("/throws", () => {
      throw new Error("canary-secret");
    });
    app.auth("/silent", async () => {});
    app.auth("/twice", (_req, _res, next) => {
      next();
      next();
    });
    app.auth("/says", (_req, _res, next) => next("not you"));
    app.auth("/open", (_req, _res, next) => next());
    app.all("/*", (_req, res) => res.end("inside"));
  });
});
afterAll(() => served.stop());

function front(name: string): Front {
  const found = served.fronts.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no front ${name}`);
  return found;
}

describe.each(frontNames)("through the %s", (name) => {
  const ask = async (target: string, key?: string, method = "GET"): Promise<string> =>
    codeOf(await front(name).send({ method, target, headers: key === undefined ? [] : [["x-apikey", key]] }));

  test("security 61: without key and hook nothing is reachable, and what exists looks like what does not", async () => {
    expect(await ask("/x")).toBe("401 unauthorized");
    expect(await ask("/x", undefined, "POST")).toBe("401 unauthorized");
    const [known, unknown] = await Promise.all([
      front(name).send({ target: "/x" }),
      front(name).send({ target: "/y/z" }),
    ]);
    expect(known.body.equals(unknown.body)).toBe(true);
  });

  test("security 53: the key lets in by header and by query", async () => {
    expect(await ask("/x", apiKey)).toBe("200");
    expect(await ask(`/x?apikey=${apiKey}`)).toBe("200");
  });

  test.each([
    ["a prefix", apiKey.slice(0, -1)],
    ["longer", `${apiKey}x`],
    ["another case", apiKey.toUpperCase()],
    ["a scheme", `Bearer ${apiKey}`],
    ["twice in one header", `${apiKey},${apiKey}`],
    ["empty", ""],
  ])("security 53: a key that is wrong is refused: %s", async (_what, key) => {
    expect(await ask("/x", key)).toBe("401 unauthorized");
  });

  test("security 53: a read-only key reads and does not write", async () => {
    expect(await ask("/x", readOnlyKey)).toBe("200");
    expect(await ask("/x", readOnlyKey, "HEAD")).toBe("200");
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      expect(await ask("/x", readOnlyKey, method)).toBe("403 forbidden");
    }
  });

  test.each(["/throws", "/silent", "/twice", "/says"])("security 60: the hook of %s lets nobody in", async (target) => {
    expect(await ask(target)).toBe("403 forbidden");
  });

  test("security 60: a hook's text is for the caller, its error is not", async () => {
    expect((await front(name).send({ target: "/says" })).body.toString()).toContain("not you");
    expect((await front(name).send({ target: "/throws" })).body.toString()).not.toContain("canary");
  });

  test("security 61: a hook opens its path and no other", async () => {
    expect(await ask("/open")).toBe("200");
    expect(await ask("/open/x")).toBe("401 unauthorized");
    expect(await ask("/openx")).toBe("401 unauthorized");
  });

  test("security 54: a bearer token says nothing where no issuer is configured", async () => {
    const headers = [["authorization", `Bearer ${apiKey}`]] as const;
    expect(codeOf(await front(name).send({ target: "/x", headers }))).toBe("401 unauthorized");
  });

  test("security 69: the schedule's message is no request that one could send", async () => {
    const body = '{"stephooks":"sweep","scheduledAt":"2026-01-01T00:00:00Z"}';
    const headers = [["content-type", "application/json"]] as const;
    expect(codeOf(await front(name).send({ method: "POST", target: "/", headers, body }))).toBe("401 unauthorized");
  });

  test("security 47: the answer to any origin is a constant without credentials", async () => {
    const send = (origin: string, method: string) =>
      front(name).send({
        method,
        target: "/x",
        headers: [
          ["origin", origin],
          ["access-control-request-method", "PUT"],
          ["access-control-request-headers", " ,".repeat(2_000)],
        ],
      });
    for (const origin of ["null", "https://evil-example.com", "https://example.com.evil"]) {
      const [refused, preflight] = [await send(origin, "GET"), await send(origin, "OPTIONS")];
      expect([refused.status, preflight.status]).toEqual([401, 204]);
      for (const { headers } of [refused, preflight]) {
        expect(headers.get("access-control-allow-origin")).toBe("*");
        expect(headers.has("access-control-allow-credentials")).toBe(false);
      }
    }
  });
});
