import { beforeEach, describe, expect, test } from "vitest";
import handler from "../index.ts";
import { signatureOf } from "../signature.ts";
import {
  CARL,
  REGINA,
  OTTO,
  PERSON,
  ADDRESS,
  services,
  world,
  send,
  begin,
  give,
  begun,
  complete,
  shown,
  callback,
  review,
  mailsTo,
  codeOf,
} from "./onboarding-world.ts";

describe("the callback about an identity", () => {
  test("that comes again changes nothing", async () => {
    await begun(complete);
    const again = [await callback("passed"), await callback("passed"), await callback("failed")];
    expect(again.map(({ body, status }) => [status, body])).toEqual([
      [200, { taken: true }],
      [200, { taken: false }],
      [200, { taken: false }],
    ]);
    expect(await shown()).toMatchObject({ step: "review" });
    expect(world.ran().filter(({ step }) => step === "review")).toHaveLength(1);
  });

  test.each([
    { what: "signed with another secret", changes: { secret: "guessed" } },
    { what: "recorded ten minutes ago", changes: { age: 600 } },
    { what: "changed on its way", changes: { body: '{"registration":"r1","result":"passed"}' } },
  ])("$what is refused", async ({ changes }) => {
    await begun(complete);
    expect(codeOf(await callback("passed", changes))).toBe("401 bad-signature");
    expect(await shown()).toMatchObject({ step: "awaitIdentity" });
  });

  test("of an older version of the person, or of nobody, counts for nothing", async () => {
    await begun(complete);
    const old = services.identities[0]?.["reference"];
    await callback("failed");
    expect(await shown()).toMatchObject({ step: "collect", wrong: { person: [expect.stringContaining("confirmed")] } });
    await give("person", { ...PERSON, lastName: "Otto" });
    expect(services.identities).toHaveLength(2);
    expect((await callback("passed", { reference: old })).body).toEqual({ taken: false });
    expect(await shown()).toMatchObject({ step: "awaitIdentity" });
    expect((await callback("passed")).body).toEqual({ taken: true });
    expect(await shown()).toMatchObject({ step: "review" });
  });

  test("that comes before the request for it is committed is not lost", async () => {
    world.stub("registration", "identify", async ({ identity }, goto) => {
      await callback("passed", { reference: Object(identity).reference });
      await goto("awaitIdentity");
    });
    await begun(complete);
    expect(await shown()).toMatchObject({ step: "review" });
  });

  test("of a registration that is over, or of none, starts nothing", async () => {
    await begun(complete);
    await send(CARL, "DELETE", "/registrations/r1");
    expect((await callback("passed")).body).toEqual({ taken: false });
    const body = JSON.stringify({ registration: "r9", reference: "x", result: "passed" });
    const seconds = Math.floor(world.now() / 1_000);
    const signature = signatureOf(body, services.settings["IDENTITY_SECRET"] ?? "", seconds);
    const headers = { "content-type": "application/json", "x-signature": signature };
    expect(codeOf(await world.request("POST", "/callbacks/identity", { headers, body }))).toBe("404 unknown-instance");
  });
});

describe("a review", () => {
  beforeEach(async () => {
    await begun(complete);
    await callback("passed");
  });

  test("that sends it back asks for the one part only, and the identity is not checked again", async () => {
    await review("rework", { parts: ["address"], reason: "The street is missing a number." });
    expect(await shown()).toMatchObject({ step: "collect", wrong: { address: ["The street is missing a number."] } });
    expect(mailsTo(CARL.email)).toHaveLength(1);
    await give("address", { ...ADDRESS, street: "Ring 12" });
    expect(await shown()).toMatchObject({ step: "review" });
    expect(services.identities).toHaveLength(1);
    expect(services.lookedUp).toHaveLength(1);
    await review("approve");
    expect(await shown()).toMatchObject({ outcome: "active" });
  });

  test("that rejects tells the customer why", async () => {
    await review("reject", { reason: "The company is on a list." });
    expect(await shown()).toMatchObject({ outcome: "rejected" });
    expect(mailsTo(CARL.email)).toEqual(["It was rejected: The company is on a list."]);
  });

  test.each([
    [{ version: "0".repeat(64) }, "409 other-version"],
    [{ decision: "reject" }, "400 invalid-input"],
    [{ decision: "rework", reason: "Because." }, "400 invalid-input"],
    [{ parts: ["address"] }, "400 invalid-input"],
    [{ decision: "maybe" }, "400 invalid-input"],
  ])("with %o is refused", async (changes, code) => {
    expect(codeOf(await review("approve", changes))).toBe(code);
    expect(await shown()).toMatchObject({ step: "review" });
  });

  test("needs another pair of eyes than the one that entered the data", async () => {
    await review("rework", { parts: ["address"], reason: "Which ring?" });
    const both = { ...REGINA, roles: ["registrar", "compliance"] };
    await give("address", { ...ADDRESS, street: "Ring 12" }, both);
    expect(codeOf(await review("approve", {}, both))).toBe("403 four-eyes");
    expect((await review("approve")).status).toBe(202);
  });

  test("happens once", async () => {
    expect((await review("approve")).status).toBe(202);
    expect(codeOf(await review("reject", { reason: "Too late." }))).toBe("409 not-in-review");
    expect(await shown()).toMatchObject({ outcome: "active" });
  });
});

describe("roles", () => {
  test("every route but the callback refuses a key, no token, and a token without a role", async () => {
    await begun({ person: PERSON });
    const closed = handler.manifest.routes.filter(({ path }) => path !== "/callbacks/identity");
    expect(closed.length).toBeGreaterThanOrEqual(5);
    for (const { method, path } of closed) {
      const target = path.replace(":id", "r1").replace(":part", "person");
      const answers = [
        await world.request(method, target),
        await world.request(method, target, { headers: { "x-apikey": "the app's key" } }),
        await world.request(method, target, { claims: { ...CARL, roles: ["cook"] } }),
        await world.request(method, target, { claims: { roles: ["customer", "registrar", "compliance"] } }),
      ];
      expect(
        answers.map(({ status }) => status),
        `${method} ${path}`,
      ).toEqual([401, 401, 403, 403]);
    }
  });

  test.each([
    ["POST", "/registrations/r1/review", CARL],
    ["POST", "/registrations/r1/review", REGINA],
    ["PUT", "/registrations/r1/parts/person", OTTO],
    ["DELETE", "/registrations/r1", OTTO],
    ["POST", "/registrations", OTTO],
  ])("%s %s is not for everybody: %o", async (method, path, claims) => {
    await begin();
    expect(codeOf(await send(claims, method, path, {}))).toBe("403 wrong-role");
  });

  test("a customer sees, changes and ends only what is its own", async () => {
    await begun({ person: PERSON });
    const cora = { sub: "cora", email: "cora@example.com", roles: ["customer"] };
    for (const [method, path] of [
      ["GET", "/registrations/r1"],
      ["PUT", "/registrations/r1/parts/person"],
      ["DELETE", "/registrations/r1"],
      ["GET", "/registrations/r9"],
    ] as const) {
      expect(codeOf(await send(cora, method, path, PERSON))).toBe("404 no-such-registration");
    }
  });

  test("a registrar registers somebody, who goes on; a customer registers nobody else", async () => {
    expect(codeOf(await begin({ customer: "cora" }))).toBe("403 wrong-role");
    expect((await begin({ customer: "carl" }, REGINA)).status).toBe(202);
    await give("person", PERSON, REGINA);
    await give("address", ADDRESS, CARL);
    expect(await shown()).toMatchObject({ missing: ["company"] });
  });
});
