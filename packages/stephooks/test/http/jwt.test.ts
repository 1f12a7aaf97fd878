import { createHmac } from "node:crypto";
import { base64url, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { answer, closedWorld, inside, refusal } from "./http-world.ts";
import { bearer, ec, forged, now, other, rsa, token, world } from "./jwt-world.ts";

describe("a token", () => {
  test("of the issuer lets its bearer in, and its claims are on the request", async () => {
    const { world: app } = world({}, (verbs) => verbs.get("/me", (req, res) => res.json(req.jwt)));
    const claims = { role: "admin", iat: now };
    expect(await answer(app.send("/me", bearer(await token({ claims }))))).toEqual({
      status: 200,
      body: { sub: "ann", exp: now + 300, ...claims },
    });
  });

  test("signed with an elliptic curve is as good, also when its key names no algorithm", async () => {
    const value = await token({ alg: "ES256", kid: "ec", key: ec.privateKey });
    expect(await answer(world().world.send("/x", bearer(value)))).toEqual(inside);
  });

  test("means that hooks are not run", async () => {
    const { world: app } = world({}, (verbs) => verbs.auth("*", (_req, res) => res.status(403).end("hook")));
    expect(await answer(app.send("/x", bearer(await token())))).toEqual(inside);
  });

  test("that is wrong leaves the decision to a hook", async () => {
    const { world: app } = world({}, (verbs) => verbs.auth("/x", (_req, _res, next) => next()));
    expect(await answer(app.send("/x", bearer("not.a.token")))).toEqual(inside);
    expect(await refusal(app.send("/u/1", bearer("not.a.token")))).toBe("401 unauthorized");
  });

  test("that is refused is refused in codehooks' words", async () => {
    const { body } = await answer(world().world.send("/x", bearer("not.a.token")));
    expect(body).toEqual({ error: { code: "unauthorized", message: "Unable to verify token (JWKS)" } });
  });

  test("says nothing where no issuer is configured", async () => {
    expect(await refusal(closedWorld().send("/x", bearer(await token())))).toBe("401 unauthorized");
  });
});

describe("security 54: the scheme", () => {
  test.each([
    ["another one", (value: string) => `Token ${value}`],
    ["two spaces", (value: string) => `bearer  ${value}`],
    ["none", (value: string) => value],
    ["two tokens", (value: string) => `Bearer ${value}, Bearer ${value}`],
    ["text behind it", (value: string) => `Bearer ${value} x`],
    ["a part more", (value: string) => `Bearer ${value}.x`],
  ])("%s is refused", async (_name, header) => {
    const authorization = header(await token());
    expect(await refusal(world().world.send("/x", { headers: { authorization } }))).toBe("401 unauthorized");
  });

  test("two headers are refused", async () => {
    const value = `Bearer ${await token()}`;
    const headers = new Headers([
      ["authorization", value],
      ["authorization", value],
    ]);
    expect(await refusal(world().world.send("/x", { headers }))).toBe("401 unauthorized");
  });

  test("59: a token in a cookie or in the query lets nobody in", async () => {
    const value = await token();
    expect(await refusal(world().world.send(`/x?token=${value}`, { headers: { cookie: `token=${value}` } }))).toBe(
      "401 unauthorized",
    );
  });
});

describe("security 55: the algorithm", () => {
  const claims = { sub: "ann", exp: now + 300 };

  test.each(["none", "None", "NONE", "", "RS1", "HS512"])("%j is refused", async (alg) => {
    expect(await refusal(world().world.send("/x", bearer(forged({ alg, kid: "rsa" }, claims))))).toBe(
      "401 unauthorized",
    );
  });

  test("missing is refused", async () => {
    expect(await refusal(world().world.send("/x", bearer(forged({ kid: "rsa" }, claims))))).toBe("401 unauthorized");
  });

  test.each(["rsa", "ec"])("HS256 with the public key %s as its secret is refused", async (kid) => {
    const pem = await exportSPKI(kid === "rsa" ? rsa.publicKey : ec.publicKey);
    const unsigned = forged({ alg: "HS256", kid }, claims).replace(/\.[^.]*$/, "");
    const signature = createHmac("sha256", pem).update(unsigned).digest("base64url");
    expect(await refusal(world().world.send("/x", bearer(`${unsigned}.${signature}`)))).toBe("401 unauthorized");
  });

  test("a symmetric key in the set is never used", async () => {
    const secret = Buffer.alloc(32, 7);
    const issuer = world();
    issuer.answer = () => ({ keys: [{ kty: "oct", k: secret.toString("base64url"), kid: "oct", alg: "HS256" }] });
    const value = await new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid: "oct" }).sign(secret);
    expect(await refusal(issuer.world.send("/x", bearer(value)))).toBe("401 unauthorized");
  });

  test("another RSA algorithm than the two allowed is refused, though the key could", async () => {
    const strong = await generateKeyPair("RS512", { extractable: true });
    const issuer = world();
    const key = { ...(await exportJWK(strong.publicKey)), kid: "big" };
    issuer.answer = () => ({ keys: [key] });
    const value = await token({ alg: "RS512", kid: "big", key: strong.privateKey });
    expect(await refusal(issuer.world.send("/x", bearer(value)))).toBe("401 unauthorized");
  });
});

describe("security 56: the claims", () => {
  test.each<[string, JWTPayload | Record<string, unknown>, boolean]>([
    ["expired", { exp: now - 61 }, false],
    ["expired within the tolerance", { exp: now - 59 }, true],
    ["not valid yet", { nbf: now + 61 }, false],
    ["not valid yet, within the tolerance", { nbf: now + 59 }, true],
    ["issued in the future", { iat: now + 3_600 }, false],
    ["issued in the future, within the tolerance", { iat: now + 59 }, true],
    ["without an end", { exp: undefined }, false],
    ["with an end as text", { exp: String(now + 300) }, false],
    ["with an end that is no whole number", { exp: now + 300.5 }, false],
    ["with a beginning that is no number", { nbf: "0" }, false],
    ["of another issuer", { iss: "https://evil.example" }, false],
    ["for another audience", { aud: "others" }, false],
    ["for several audiences, ours among them", { aud: ["others", "app"] }, true],
  ])("a token %s: accepted is %s", async (_name, claims, accepted) => {
    const { world: app } = world({ issuer: "https://issuer.example", audience: "app" });
    const value = await token({ claims: { iss: "https://issuer.example", aud: "app", ...claims } });
    expect((await app.send("/x", bearer(value))).status).toBe(accepted ? 200 : 401);
  });

  test("a token that never ends because its end is infinite is refused", async () => {
    const text = `{"sub":"ann","exp":1e400}`;
    const head = base64url.encode(JSON.stringify({ alg: "RS256", kid: "rsa" }));
    const signed = `${head}.${base64url.encode(text)}`;
    const signature = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", rsa.privateKey, Buffer.from(signed));
    const value = `${signed}.${base64url.encode(new Uint8Array(signature))}`;
    expect(await refusal(world().world.send("/x", bearer(value)))).toBe("401 unauthorized");
  });

  test("a token signed by somebody else is refused", async () => {
    const value = await token({ key: other.privateKey });
    expect(await refusal(world().world.send("/x", bearer(value)))).toBe("401 unauthorized");
  });

  test("one changed character is refused", async () => {
    const [head = "", , signature = ""] = (await token()).split(".");
    const claims = base64url.encode(JSON.stringify({ sub: "eve", exp: now + 300 }));
    expect(await refusal(world().world.send("/x", bearer(`${head}.${claims}.${signature}`)))).toBe("401 unauthorized");
  });
});

describe("security 57: the key's name", () => {
  test.each(["../../x", "' OR 1=1 --", "http://evil.example/jwks", "k".repeat(4_000), "unknown", ""])(
    "%.20j is refused",
    async (kid) => {
      expect(await refusal(world().world.send("/x", bearer(await token({ kid }))))).toBe("401 unauthorized");
    },
  );

  test("a token of a megabyte is not even read", async () => {
    const issuer = world();
    const value = forged({ alg: "RS256", kid: "k".repeat(1_000_000) }, {});
    expect(await refusal(issuer.world.send("/x", bearer(value)))).toBe("401 unauthorized");
    expect(issuer.fetches()).toBe(0);
  });

  test("a key that the token brings along is ignored", async () => {
    const jwk = await exportJWK(other.publicKey);
    for (const header of [{ jwk }, { jku: "https://evil.example/jwks" }, { x5u: "https://evil.example/x" }]) {
      const value = await token({ key: other.privateKey, kid: "mine", header });
      expect(await refusal(world().world.send("/x", bearer(value)))).toBe("401 unauthorized");
    }
  });

  test("an unknown one fetches the keys once per cooldown, however often it comes", async () => {
    const issuer = world();
    const value = await token({ kid: "unknown" });
    await issuer.world.send("/x", bearer(value));
    issuer.world.clock.advance(30_000);
    const refusals = await Promise.all(
      Array.from({ length: 1_000 }, () => refusal(issuer.world.send("/x", bearer(value)))),
    );
    expect(new Set(refusals)).toEqual(new Set(["401 unauthorized"]));
    expect(issuer.fetches()).toBe(2);
  });
});
