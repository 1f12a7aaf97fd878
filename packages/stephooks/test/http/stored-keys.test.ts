import { memoryApiKeyStore } from "@stephooks/contracts";
import { type ApiKeyStore, PortError } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import {
  answer,
  apiKey,
  closedWorld,
  type HttpWorld,
  inside,
  refusal,
  sha256,
  type Verbs,
  withHeader,
} from "./http-world.ts";

interface Keyed {
  readonly world: HttpWorld;
  readonly keys: ApiKeyStore;
  /** Keys that were looked up. */
  readonly lookups: () => number;
  failing: boolean;
}

/** An app with the keys `writer` and `reader`. */
async function keyed(register: (app: Verbs) => void = () => {}): Promise<Keyed> {
  const keys = memoryApiKeyStore();
  await keys.put({ name: "writer", access: "read-write", sha256: sha256("writer") });
  await keys.put({ name: "reader", access: "read-only", sha256: sha256("reader") });
  let lookups = 0;
  const state = { failing: false };
  const store: ApiKeyStore = {
    ...keys,
    find: async (digest) => {
      lookups += 1;
      if (state.failing) throw new PortError("unavailable", "the table did not answer");
      return keys.find(digest);
    },
  };
  const world = closedWorld(
    (app) => {
      register(app);
      app.all("/all", (req, res) => res.json({ method: req.method, query: req.query }));
    },
    { mode: "keys", apiKeySha256: sha256(apiKey), apiKeys: store },
  );
  return Object.assign(state, { world, keys, lookups: () => lookups });
}

describe("a stored key", () => {
  test("lets its owner in, by header and by query", async () => {
    const { world } = await keyed();
    expect(await answer(world.send("/x", withHeader("writer")))).toEqual(inside);
    expect(await answer(world.send("/x?apikey=writer"))).toEqual(inside);
    expect(await refusal(world.send("/x", withHeader("nobody")))).toBe("401 unauthorized");
  });

  test("works beside the configured one, and without", async () => {
    const { world } = await keyed();
    expect(await answer(world.send("/x", withHeader(apiKey)))).toEqual(inside);
    const apiKeys = memoryApiKeyStore();
    await apiKeys.put({ name: "only", access: "read-write", sha256: sha256("only") });
    const alone = closedWorld(() => {}, { mode: "keys", apiKeys });
    expect(await answer(alone.send("/x", withHeader("only")))).toEqual(inside);
  });

  test("in the query is not handed to the app, other fields are", async () => {
    const { world } = await keyed();
    expect((await answer(world.send("/all?a=1&apikey=writer"))).body).toEqual({ method: "GET", query: { a: "1" } });
    expect((await answer(world.send("/all?apikey=wrong", withHeader("writer")))).body).toEqual({
      method: "GET",
      query: { apikey: "wrong" },
    });
  });

  test("is looked up once a minute: until then a change is not seen", async () => {
    const { keys, lookups, world } = await keyed();
    for (let turn = 0; turn < 5; turn += 1) await world.send("/x", withHeader("writer"));
    expect(lookups()).toBe(1);
    await keys.remove(sha256("writer"));
    world.clock.advance(59_999);
    expect(await answer(world.send("/x", withHeader("writer")))).toEqual(inside);
    world.clock.advance(1);
    expect(await refusal(world.send("/x", withHeader("writer")))).toBe("401 unauthorized");
    expect(lookups()).toBe(2);
  });

  test("asked for by many requests at once is looked up once", async () => {
    const { lookups, world } = await keyed();
    await Promise.all(Array.from({ length: 20 }, () => world.send("/x", withHeader("writer"))));
    expect(lookups()).toBe(1);
  });

  test("that cannot be looked up is 503, and the next request tries again; a hook still decides", async () => {
    const app = await keyed((verbs) => verbs.auth("/u/*", (_req, _res, next) => next()));
    app.failing = true;
    expect(await refusal(app.world.send("/x", withHeader("writer")))).toBe("503 unavailable");
    expect((await app.world.send("/u/1", withHeader("writer"))).status).toBe(200);
    app.failing = false;
    expect(await answer(app.world.send("/x", withHeader("writer")))).toEqual(inside);
  });
});

describe("security 53: a read-only key", () => {
  test.each(["GET", "HEAD"])("may %s", async (method) => {
    const { world } = await keyed();
    expect((await world.send("/all", { method, ...withHeader("reader") })).status).toBe(200);
  });

  test.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("may not %s", async (method) => {
    const { world } = await keyed();
    expect(await refusal(world.send("/all", { method, ...withHeader("reader") }))).toBe("403 forbidden");
  });

  test.each(["x-http-method-override", "x-method-override", "x-http-method"])(
    "15: writes no more with %s",
    async (name) => {
      const { world } = await keyed();
      const headers = { "x-apikey": "reader", [name]: "DELETE" };
      expect((await answer(world.send("/all?_method=DELETE", { headers }))).body).toMatchObject({ method: "GET" });
      expect(await refusal(world.send("/all", { method: "POST", headers: { ...headers, [name]: "GET" } }))).toBe(
        "403 forbidden",
      );
    },
  );

  test("is no worse than none on a path that a hook opens", async () => {
    const { world } = await keyed((app) => app.auth("/all", (_req, _res, next) => next()));
    expect((await world.send("/all", { method: "POST", ...withHeader("reader") })).status).toBe(200);
  });
});

describe("security 62: keys that are none", () => {
  const wrong = (count: number): string[] => Array.from({ length: count }, (_, at) => `wrong ${at}`);

  test("are looked up 20 times a minute for one address, then refused with 429", async () => {
    const { lookups, world } = await keyed();
    const refusals: string[] = [];
    for (const key of wrong(25)) refusals.push(await refusal(world.send("/x", withHeader(key), { ip: "203.0.113.1" })));
    expect(refusals.slice(0, 20)).toEqual(Array(20).fill("401 unauthorized"));
    expect(refusals.slice(20)).toEqual(Array(5).fill("429 too-many-attempts"));
    expect(lookups()).toBe(20);
    expect(await refusal(world.send("/x", withHeader("elsewhere"), { ip: "203.0.113.2" }))).toBe("401 unauthorized");
    world.clock.advance(60_000);
    expect(await refusal(world.send("/x", withHeader("later"), { ip: "203.0.113.1" }))).toBe("401 unauthorized");
  });

  test("keep nobody out who sends the configured key or one that is known", async () => {
    const { world } = await keyed();
    await world.send("/x", withHeader("writer"));
    for (const key of wrong(25)) await world.send("/x", withHeader(key));
    expect(await answer(world.send("/x", withHeader(apiKey)))).toEqual(inside);
    expect(await answer(world.send("/x", withHeader("writer")))).toEqual(inside);
  });

  test("are remembered by the thousand, not by the million", async () => {
    const { lookups, world } = await keyed();
    await world.send("/x", withHeader("writer"), { ip: "first" });
    for (const [at, key] of wrong(1_000).entries()) await world.send("/x", withHeader(key), { ip: String(at) });
    await world.send("/x", withHeader("writer"), { ip: "first" });
    expect(lookups()).toBe(1_002);
  });

  test("84: a clock that goes back an hour forgets nothing that is valid", async () => {
    const { world } = await keyed();
    await world.send("/x", withHeader("writer"));
    world.clock.advance(-3_600_000);
    expect(await answer(world.send("/x", withHeader("writer")))).toEqual(inside);
  });
});
