import { exportJWK } from "jose";
import { describe, expect, test } from "vitest";
import { answer, apiKey, inside, refusal } from "./http-world.ts";
import { bearer, now, other, token, world } from "./jwt-world.ts";

describe("security 58: the issuer's keys", () => {
  test("are fetched once and kept", async () => {
    const issuer = world();
    for (let turn = 0; turn < 5; turn += 1) await issuer.world.send("/x", bearer(await token()));
    expect(issuer.fetches()).toBe(1);
  });

  test("may be replaced: the new key is accepted at once after the cooldown, the old one no more", async () => {
    const issuer = world();
    expect(await answer(issuer.world.send("/x", bearer(await token())))).toEqual(inside);
    const renewed = { ...(await exportJWK(other.publicKey)), kid: "new" };
    issuer.answer = () => ({ keys: [renewed] });
    issuer.world.clock.advance(30_000);
    expect(await answer(issuer.world.send("/x", bearer(await token({ kid: "new", key: other.privateKey }))))).toEqual(
      inside,
    );
    expect(await refusal(issuer.world.send("/x", bearer(await token())))).toBe("401 unauthorized");
  });

  test.each<[string, () => unknown]>([
    [
      "an error",
      () => {
        throw new Error("unreachable");
      },
    ],
    ["a list", () => []],
    ["null", () => null],
    ["no keys", () => ({ keys: "none" })],
  ])("that come as %s mean 503, not a way in; a hook still decides about its path", async (_name, answered) => {
    const issuer = world({}, (verbs) => verbs.auth("/u/*", (_req, _res, next) => next()));
    issuer.answer = answered;
    const init = bearer(await token());
    const response = await issuer.world.send("/x", init);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "10"]);
    expect(await refusal(response)).toBe("503 jwks-unavailable");
    expect((await issuer.world.send("/u/1", init)).status).toBe(200);
    expect(await answer(issuer.world.send("/x", { headers: { "x-apikey": apiKey } }))).toEqual(inside);
    expect(issuer.fetches()).toBe(1);
  });

  test("serve on for a day when the issuer cannot be reached", async () => {
    const issuer = world();
    await issuer.world.send("/x", bearer(await token()));
    issuer.answer = () => {
      throw new Error("unreachable");
    };
    const late = await token({ claims: { exp: now + 200_000 } });
    issuer.world.clock.advance(86_399_000);
    expect(await answer(issuer.world.send("/x", bearer(late)))).toEqual(inside);
    issuer.world.clock.advance(60_000);
    expect(await refusal(issuer.world.send("/x", bearer(late)))).toBe("503 jwks-unavailable");
  });

  test("84: a clock that goes back an hour keeps them valid", async () => {
    const issuer = world();
    await issuer.world.send("/x", bearer(await token()));
    issuer.world.clock.advance(-3_600_000);
    expect(await answer(issuer.world.send("/x", bearer(await token())))).toEqual(inside);
  });
});
