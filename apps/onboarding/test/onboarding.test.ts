import { testApp, type TestApp } from "@stephooks/testkit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import handler from "../index.ts";
import { signatureOf } from "../signature.ts";
import { openServices, type Services, UNKNOWN_NUMBER } from "./services.ts";

type Fields = Readonly<Record<string, unknown>>;

const CARL = { sub: "carl", email: "carl@example.com", roles: ["customer"] };
const REGINA = { sub: "regina", email: "regina@example.com", roles: ["registrar"] };
const OTTO = { sub: "otto", email: "otto@example.com", roles: ["compliance"] };

const PERSON = { firstName: "Carl", lastName: "Ott", birthDate: "1990-05-01" };
const ADDRESS = { street: "Ring 1", postCode: "10115", city: "Berlin", country: "DE" };
const COMPANY = { name: "Ott Ltd", registerNumber: "HRB 12345" };

let services: Services;
let world: TestApp;

beforeEach(async () => {
  services = await openServices();
  for (const [name, value] of Object.entries(services.settings)) vi.stubEnv(name, value);
  world = testApp(handler, { apiKey: "the app's key" });
  vi.spyOn(Date, "now").mockImplementation(() => world.now());
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await services.close();
});

async function send(claims: Fields, method: string, path: string, body?: object) {
  const answer = await world.request(method, path, { claims, ...(body === undefined ? {} : { body }) });
  await world.settle();
  return answer;
}

const begin = (changes: object = {}, claims: Fields = CARL) =>
  send(claims, "POST", "/registrations", { id: "r1", email: CARL.email, ...changes });

const give = (part: string, value: object, claims: Fields = CARL) =>
  send(claims, "PUT", `/registrations/r1/parts/${part}`, value);

/** A registration with these parts. */
async function begun(parts: Readonly<Record<string, object>>): Promise<void> {
  await begin();
  for (const [part, value] of Object.entries(parts)) expect((await give(part, value)).status).toBe(202);
}

const complete = { person: PERSON, address: ADDRESS, company: COMPANY };

async function shown(claims: Fields = CARL): Promise<Fields> {
  return Object((await world.request("GET", "/registrations/r1", { claims })).body);
}

/** The identity provider's answer about the newest identity, unless told which. */
async function callback(
  result: "passed" | "failed",
  changes: { reference?: unknown; secret?: string; age?: number; body?: string } = {},
) {
  const { age = 0, reference = services.identities.at(-1)?.["reference"] } = changes;
  const body = JSON.stringify({ registration: "r1", reference, result, checkedBy: "video" });
  const seconds = Math.floor(world.now() / 1_000) - age;
  const secret = changes.secret ?? services.settings["IDENTITY_SECRET"] ?? "";
  const headers = { "content-type": "application/json", "x-signature": signatureOf(body, secret, seconds) };
  const answer = await world.request("POST", "/callbacks/identity", { headers, body: changes.body ?? body });
  await world.settle();
  return answer;
}

async function review(decision: string, changes: object = {}, claims: Fields = OTTO) {
  const { version } = await shown(OTTO);
  return send(claims, "POST", "/registrations/r1/review", { decision, version, ...changes });
}

function mailsTo(to: string): readonly string[] {
  return services.mails.flatMap((mail) => (mail["to"] === to ? [String(mail["text"])] : []));
}

function codeOf({ body, status }: { body: unknown; status: number }): string {
  return `${status} ${String(Object(body).error?.code)}`;
}

describe("a registration", () => {
  test("goes from the first form over the identity check and the review to the account", async () => {
    expect(await begin()).toMatchObject({ status: 202, body: { id: "r1" } });
    expect(await shown()).toMatchObject({ status: "waiting", missing: ["person", "address", "company"] });
    await give("company", COMPANY);
    await give("person", PERSON);
    expect(await shown()).toMatchObject({
      missing: ["address"],
      wrong: {},
      parts: { person: PERSON, company: COMPANY },
    });
    await give("address", ADDRESS);
    expect(await shown()).toMatchObject({ step: "awaitIdentity", missing: [] });
    expect(services.identities).toMatchObject([{ registration: "r1", name: "Carl Ott", birthDate: "1990-05-01" }]);
    expect((await callback("passed")).body).toEqual({ taken: true });
    expect(await shown()).toMatchObject({ step: "review" });
    expect((await review("approve")).status).toBe(202);
    expect(await shown()).toMatchObject({ status: "completed", outcome: "active" });
    expect(mailsTo(CARL.email)).toEqual(["Your account r1 is active."]);
  });

  test("that is begun twice is one", async () => {
    expect([(await begin()).status, (await begin()).status]).toEqual([202, 202]);
    expect(world.ran().filter(({ step }) => step === "collect")).toHaveLength(1);
    expect(codeOf(await begin({}, { ...CARL, sub: "cora" }))).toBe("409 id-taken");
  });

  test("can be left and continued days later", async () => {
    await begun({ person: PERSON });
    await world.advance("6d");
    await give("address", ADDRESS);
    await world.advance("6d");
    expect(services.mails).toEqual([]);
    await give("company", COMPANY);
    expect(await shown()).toMatchObject({ step: "awaitIdentity" });
  });

  test("can be cancelled, once or twice, and is then over", async () => {
    await begun({ person: PERSON });
    const cancel = () => send(CARL, "DELETE", "/registrations/r1");
    expect([(await cancel()).status, (await cancel()).status]).toEqual([204, 204]);
    expect(await shown()).toMatchObject({ status: "cancelled" });
    expect(codeOf(await give("address", ADDRESS))).toBe("409 not-editable");
    await world.advance("60d");
    expect(services.mails).toEqual([]);
  });

  test("that is finished cannot be cancelled", async () => {
    await begun(complete);
    await callback("passed");
    await review("approve");
    expect(codeOf(await send(CARL, "DELETE", "/registrations/r1"))).toBe("409 already-ended");
  });

  test.each([
    [{ id: "no spaces" }, "id"],
    [{ email: "carl" }, "email"],
    [{ admin: true }, ""],
  ])("with %o is refused, naming the field", async (changes, path) => {
    const { body, status } = await begin(changes);
    expect([status, Object(body).error.issues[0].path]).toEqual([400, path]);
  });
});

describe("a part", () => {
  test.each([
    ["person", { ...PERSON, birthDate: "1990-02-30" }, "birthDate"],
    ["person", { firstName: " ", lastName: "Ott", birthDate: "1990-05-01" }, "firstName"],
    ["address", { ...ADDRESS, country: "XX" }, "country"],
    ["company", { ...COMPANY, registerNumber: "12345" }, "registerNumber"],
    ["company", { ...COMPANY, isBank: true }, ""],
  ])("of the wrong form is refused and not stored: %s %o", async (part, value, path) => {
    await begin();
    const { body, status } = await give(part, value);
    expect([status, Object(body).error.issues[0].path]).toEqual([400, path]);
    expect(await shown()).toMatchObject({ parts: {} });
  });

  test("that does not exist is refused", async () => {
    await begin();
    expect(codeOf(await give("pets", {}))).toBe("404 no-such-part");
    expect(codeOf(await give("__proto__", {}))).toBe("404 no-such-part");
  });

  test.each([
    ["person", { ...PERSON, birthDate: "2009-01-01" }, "Only who is 18 can be registered."],
    ["address", { ...ADDRESS, country: "AT" }, "10115 is no post code of AT."],
    ["company", { ...COMPANY, registerNumber: UNKNOWN_NUMBER }, "The register has no HRB 404."],
  ])("that is checked and found wrong is shown with the reason: %s", async (part, value, finding) => {
    await begun({ ...complete, [part]: value });
    expect(await shown()).toMatchObject({ step: "collect", missing: [], wrong: { [part]: [finding] } });
    await give(part, Object(complete)[part]);
    expect(await shown()).toMatchObject({ step: "awaitIdentity", wrong: {} });
  });

  test("is checked again only when it has changed", async () => {
    await begun({ company: COMPANY, address: { ...ADDRESS, postCode: "1" } });
    expect(services.lookedUp).toEqual(["HRB 12345"]);
    await give("address", ADDRESS);
    await give("company", COMPANY);
    expect(services.lookedUp).toEqual(["HRB 12345"]);
    await give("company", { ...COMPANY, registerNumber: "HRB 2" });
    expect(services.lookedUp).toEqual(["HRB 12345", "HRB 2"]);
    expect(await shown()).toMatchObject({ missing: ["person"], wrong: {} });
  });

  test("survives a register that is down for an hour", async () => {
    services.refusals.register.push(503, 503, 503, 503, 503);
    await begun({ company: COMPANY });
    await world.advance("1h");
    expect(await shown()).toMatchObject({ status: "waiting", missing: ["person", "address"], wrong: {} });
  });

  test("cannot be changed while it is reviewed", async () => {
    await begun(complete);
    expect(codeOf(await give("address", ADDRESS))).toBe("409 not-editable");
  });

  test("each of two that come at the same moment is kept", async () => {
    await begun({ person: PERSON });
    await Promise.all([give("address", ADDRESS), give("company", COMPANY)]);
    expect(await shown()).toMatchObject({ step: "awaitIdentity", missing: [] });
  });
});

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

describe("time", () => {
  test("a customer who is silent is reminded every week, and the fourth week is the last", async () => {
    await begun({ person: PERSON });
    for (const mails of [1, 2, 3]) {
      await world.advance("7d");
      expect(mailsTo(CARL.email)).toHaveLength(mails);
    }
    expect(mailsTo(CARL.email)[0]).toBe("Still to do: address, company.\nhttps://app.example/registrations/r1#address");
    await world.advance("7d");
    expect(await shown()).toMatchObject({ status: "completed", outcome: "expired" });
    expect(mailsTo(CARL.email).at(-1)).toBe("It has expired. You can begin again.");
    expect(codeOf(await give("address", ADDRESS))).toBe("409 not-editable");
  });

  test("who does something begins to count again", async () => {
    await begun({ person: PERSON });
    await world.advance("20d");
    await give("address", ADDRESS);
    await world.advance("20d");
    expect(await shown()).toMatchObject({ status: "waiting", missing: ["company"] });
    await world.advance("8d");
    expect(await shown()).toMatchObject({ outcome: "expired" });
  });

  test("an identity that nobody checks is asked for, and expires after twelve days", async () => {
    await begun(complete);
    await world.advance("9d");
    expect(mailsTo(CARL.email)).toHaveLength(3);
    await world.advance("3d");
    expect(await shown()).toMatchObject({ outcome: "expired" });
  });

  test("officers are reminded every two days, and nothing expires by their silence", async () => {
    await begun(complete);
    await callback("passed");
    await world.advance("30d");
    expect(mailsTo("officers@example.com")).toHaveLength(15);
    expect((await review("approve")).status).toBe(202);
    expect(await shown()).toMatchObject({ outcome: "active" });
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
