import { expect, test } from "vitest";
import { httpDifferences } from "../../src/compat/differences-http.ts";
import { HttpError } from "../../src/http/http-error.ts";
import { MiddlewareList } from "../../src/http/middleware-list.ts";
import { StephooksError } from "../../src/stephooks-error.ts";
import { answer, apiKey, closedWorld, httpWorld, refusal, type Verbs, withHeader, withKey } from "./http-world.ts";

const key = withHeader(apiKey);
const json = (body: string): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", "x-apikey": apiKey },
  body,
});

const timeIsOver = (): Promise<StephooksError> => Promise.resolve(new StephooksError("handler-timeout", "over"));

/** What is so here, by the id of the difference. */
const facts: Readonly<Record<string, () => Promise<void> | void>> = {
  "use-runs-every-function": async () => {
    const world = httpWorld((app) => {
      app.use(
        "/x",
        (_req, _res, next) => next(),
        (_req, res) => res.status(403).end("second"),
      );
      app.get("/x", (_req, res) => res.end("open"));
    });
    expect((await world.send("/x")).status).toBe(403);
  },
  "use-refuses-non-functions": () => {
    const list = new MiddlewareList();
    expect(() => list.add("/x")).toThrow(expect.objectContaining({ code: "invalid-handler" }));
    list.addRoute("/x", undefined);
    expect(list.matching("/x")).toEqual([]);
  },
  "middleware-never-hangs": async () => {
    const world = httpWorld((app) => {
      app.use("/x", async () => {});
      app.use("/y", () => {});
      app.get("*", (_req, res) => res.end());
    });
    expect(await refusal(world.send("/x"))).toBe("500 unanswered-middleware");
    expect(await refusal(world.send("/y", {}, { expired: timeIsOver() }))).toBe("504 handler-timeout");
  },
  "silence-ends": async () => {
    const world = httpWorld((app) => {
      app.get("/x", async () => {});
      app.get("/y", () => {});
    });
    expect((await world.send("/x")).status).toBe(200);
    expect(await refusal(world.send("/y", {}, { expired: timeIsOver() }))).toBe("504 handler-timeout");
  },
  "uncaught-error-is-500": async () => {
    const world = httpWorld(
      (app) =>
        app.get("/x", () => {
          throw new Error("boom");
        }),
      { access: withKey },
    );
    expect(await answer(world.send("/x", key))).toMatchObject({
      status: 500,
      body: { text: expect.stringMatching(/^Unhandled Codehook exception/), fatal: true },
    });
  },
  "refusals-are-json": async () => {
    const world = httpWorld((app) => app.get("/x", (_req, _res, next) => next("the text")));
    expect(await answer(world.send("/x"))).toEqual({
      status: 500,
      body: { error: { code: "handler-error", message: "the text" } },
    });
  },
  "error-objects-stay-inside": async () => {
    const world = httpWorld(
      (app) => {
        app.get("/text", (_req, _res, next) => next("for the client"));
        app.get("/error", (_req, _res, next) => next(new Error("not for the client")));
      },
      { access: withKey },
    );
    expect(await (await world.send("/text", key)).text()).toContain("for the client");
    expect(await (await world.send("/error", key)).text()).not.toContain("for the client");
  },
  "errors-for-clients": async () => {
    for (const strict of [false, true]) {
      const register = (app: Verbs) =>
        app.get("/x", () => {
          throw new HttpError(409, "sold-out", "Nothing is left.");
        });
      const world = httpWorld(register, { access: withKey, strict });
      expect(await answer(world.send("/x", key))).toEqual({
        status: 409,
        body: { error: { code: "sold-out", message: "Nothing is left." } },
      });
    }
  },
  "params-are-decoded": async () => {
    const world = httpWorld((app) => app.get("/:name", (req, res) => res.json(req.params)));
    expect((await answer(world.send("/tw%20o"))).body).toEqual({ name: "tw o" });
  },
  "one-reading-of-a-path": async () => {
    const world = httpWorld((app) => app.get("/*", (_req, res) => res.end()));
    for (const path of ["//x", "/a/../x", "/a%2Fx", "/a\\x"]) {
      expect(await refusal(world.send(path))).toBe("400 bad-path");
    }
  },
  "prototype-keys": async () => {
    const world = httpWorld((app) => app.all("/x", (_req, res) => res.end()));
    expect(await refusal(world.send("/x?__proto__:x=1"))).toBe("400 unsafe-key");
    expect(await refusal(world.send("/x", json('{"__proto__":{"x":1}}')))).toBe("400 unsafe-key");
  },
  "flat-query": async () => {
    const world = httpWorld((app) => app.get("/x", (req, res) => res.json(req.query)));
    expect((await answer(world.send("/x?a[b]=1"))).body).toEqual({ "a[b]": "1" });
  },
  "repeated-query-keys": async () => {
    const world = httpWorld((app) => app.get("/x", (req, res) => res.json(req.query)));
    expect((await answer(world.send("/x?a=1&b=3&a=2"))).body).toEqual({ a: ["1", "2"], b: "3" });
  },
  "body-replays": async () => {
    const world = httpWorld((app) =>
      app.post("/x", async (req, res) => {
        const texts: string[] = [];
        for (let turn = 0; turn < 2; turn += 1) {
          await new Promise((resolve) => setImmediate(resolve));
          for await (const chunk of req) texts.push(chunk.toString());
        }
        res.json(texts);
      }),
    );
    expect((await answer(world.send("/x", json("[1]")))).body).toEqual(["[1]", "[1]"]);
  },
  "body-limits": async () => {
    const world = httpWorld((app) => app.post("/x", (_req, res) => res.end()));
    const body = new Uint8Array(6_291_457);
    expect(await refusal(world.send("/x", { method: "POST", body }))).toBe("413 body-too-large");
    expect(await refusal(world.send("/x", json("[".repeat(101) + "]".repeat(101))))).toBe("400 json-too-deep");
  },
  "json-null": async () => {
    const world = httpWorld((app) => app.get("/x", (_req, res) => res.json(null)));
    expect(await (await world.send("/x")).text()).toBe("null");
  },
  "auth-all-functions": async () => {
    const world = closedWorld((app) =>
      app.auth(
        "/x",
        (_req, _res, next) => next(),
        (_req, _res, next) => next("no"),
      ),
    );
    expect(await refusal(world.send("/x"))).toBe("403 forbidden");
  },
  "auth-next-twice": async () => {
    const world = closedWorld((app) =>
      app.auth("/x", (_req, _res, next) => {
        next();
        next();
      }),
    );
    expect(await refusal(world.send("/x"))).toBe("403 forbidden");
  },
  "auth-denial-is-403": async () => {
    const world = closedWorld((app) => app.auth("/x", (_req, _res, next) => next("the text")));
    expect(await answer(world.send("/x"))).toMatchObject({ status: 403, body: { error: { message: "the text" } } });
    expect((await world.send("/u/1")).status).toBe(401);
  },
  "read-only-keys": async () => {
    const { memoryApiKeyStore } = await import("@stephooks/contracts");
    const apiKeys = memoryApiKeyStore();
    // SHA-256 of "abc".
    const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    await apiKeys.put({ name: "reader", access: "read-only", sha256 });
    const world = closedWorld((app) => app.post("/x", (_req, res) => res.end()), { mode: "keys", apiKeys });
    expect((await world.send("/x", withHeader("abc"))).status).toBe(200);
    expect((await world.send("/x", { method: "POST", ...withHeader("abc") })).status).toBe(403);
  },
  "key-not-in-query": async () => {
    const world = closedWorld((app) => app.get("/query", (req, res) => res.json(req.query)));
    expect((await answer(world.send(`/query?a=1&apikey=${apiKey}`))).body).toEqual({ a: "1" });
  },
  "jwt-claims": async () => {
    const { exportJWK, generateKeyPair, SignJWT } = await import("jose");
    const pair = await generateKeyPair("ES256");
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: "k" };
    const exp = Date.UTC(2026, 0, 1) / 1_000 + 60;
    const token = await new SignJWT({ sub: "ann", exp })
      .setProtectedHeader({ alg: "ES256", kid: "k" })
      .sign(pair.privateKey);
    const world = closedWorld((app) => app.get("/me", (req, res) => res.json(req.jwt)), {
      mode: "keys",
      jwt: { fetchKeys: async () => ({ keys: [jwk] }) },
    });
    const init = { headers: { authorization: `Bearer ${token}` } };
    expect((await answer(world.send("/me", init))).body).toEqual({ sub: "ann", exp });
  },
  "cors-without-credentials": async () => {
    const { headers } = await closedWorld().send("/x", { headers: { origin: "https://page.example" } });
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.has("access-control-allow-credentials")).toBe(false);
  },
  "health-is-yours": async () => {
    const world = httpWorld((app) => app.get("/health", (_req, res) => res.send("mine")));
    expect(await (await world.send("/health")).text()).toBe("mine");
  },
};

/** The same with `compat: "strict"`, for the rows it restores. */
const strictFacts: Readonly<Record<string, () => Promise<void>>> = {
  "uncaught-error-is-500": async () => {
    for (const error of [new Error("boom"), new StephooksError("not-found", "nothing there")]) {
      const world = httpWorld(
        (app) =>
          app.get("/x", () => {
            throw error;
          }),
        { access: withKey, strict: true },
      );
      expect(await answer(world.send("/x", key))).toEqual({
        status: 200,
        body: { text: "Unhandled Codehook exception, check logs (2)", fatal: true },
      });
      expect(world.log).toContainEqual(expect.objectContaining({ event: "handler threw" }));
    }
  },
  "refusals-are-json": async () => {
    const world = httpWorld(
      (app) => {
        app.auth("/hooked", (_req, _res, next) => next("not you"));
        app.get("/x", (_req, _res, next) => next("the text"));
      },
      { access: withKey, strict: true },
    );
    expect(await answer(world.send("/x", key))).toEqual({ status: 500, body: "the text" });
    expect(await answer(world.send("/hooked"))).toEqual({ status: 403, body: "not you" });
    expect(await refusal(world.send("/x", key))).toBe("500 handler-error");
  },
  "json-null": async () => {
    const world = httpWorld((app) => app.get("/x", (_req, res) => res.json(null)), { strict: true });
    const sent = await world.send("/x");
    expect([await sent.text(), sent.headers.get("content-type")]).toEqual(["", "application/json; charset=utf-8"]);
  },
};

test.each(httpDifferences)("$id: $stephooks", async ({ id }) => {
  const fact = facts[id];
  if (fact === undefined) throw new Error(`the difference ${id} has no test`);
  await fact();
});

test.each(httpDifferences.filter(({ strict }) => strict === "restored"))(
  "$id with strict: $codehooks",
  async ({ id }) => {
    await strictFacts[id]?.();
  },
);

test("every row has a fact, and every restored one a second", () => {
  expect(httpDifferences.map(({ id }) => id).toSorted()).toEqual(Object.keys(facts).toSorted());
  const restored = httpDifferences.filter(({ strict }) => strict === "restored").map(({ id }) => id);
  expect(restored.toSorted()).toEqual(Object.keys(strictFacts).toSorted());
});

test("strict refuses as much as before: what is no fault of the app keeps its code, and nobody gets in", async () => {
  const world = httpWorld(
    (app) => {
      app.auth("/hooked", () => {
        throw new Error("boom");
      });
      app.use("/silent", async () => {});
      for (const path of ["/x", "/hooked", "/silent"]) app.all(path, (_req, res) => res.end("inside"));
    },
    { access: withKey, strict: true },
  );
  expect(await refusal(world.send("/x"))).toBe("401 unauthorized");
  expect(await refusal(world.send("/hooked"))).toBe("403 forbidden");
  expect(await refusal(world.send("/silent", key))).toBe("500 unanswered-middleware");
  expect(await refusal(world.send("/a/../x", key))).toBe("400 bad-path");
  expect(await refusal(world.send("/x", json("{")))).toBe("400 malformed-json");
});
