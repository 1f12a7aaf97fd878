import { testApp, type TestApp } from "@stephooks/testkit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import handler from "../index.ts";
import { fingerprint, hashOf } from "../outcome.ts";
import { type MailGateway, openMailGateway, tokenFor, tokensFor } from "./mail-gateway.ts";

const ADA = "ada@example.com";
const BOB = "bob@example.com";
const EVE = "eve@example.com";
const REQUESTER = { sub: "u1", email: "rita@example.com", roles: ["requester"] };
const AUDITOR = { sub: "u2", email: "audrey@example.com", roles: ["auditor"] };
const HASH = hashOf("A new lathe", "It costs 9,000.");
const LATHE = {
  id: "lathe",
  title: "A new lathe",
  text: "It costs 9,000.",
  approvers: [{ email: ADA }, { email: BOB }, { email: EVE, veto: true }],
  quorum: 2,
  escalateTo: "boss@example.com",
};

let gateway: MailGateway;
let world: TestApp;

beforeEach(async () => {
  gateway = await openMailGateway();
  vi.stubEnv("MAIL_URL", gateway.url);
  vi.stubEnv("PUBLIC_URL", "https://app.example");
  world = testApp(handler, { apiKey: "the app's key" });
  vi.spyOn(Date, "now").mockImplementation(() => world.now());
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await gateway.close();
});

type Fields = Readonly<Record<string, unknown>>;

async function ask(changes: object = {}, claims: Fields = REQUESTER) {
  const answer = await world.request("POST", "/approvals", { claims, body: { ...LATHE, ...changes } });
  await world.settle();
  return answer;
}

async function decide(who: string, decision: "approved" | "refused", changes: object = {}) {
  const body = { token: tokenFor(who, gateway.delivered), decision, hash: HASH, ...changes };
  const answer = await world.request("POST", "/decisions/answer", { body });
  await world.settle();
  return answer;
}

async function approval(): Promise<Fields> {
  return Object((await world.request("GET", "/approvals/lathe", { claims: AUDITOR })).body);
}

async function trail(): Promise<readonly Fields[]> {
  return Object((await world.request("GET", "/approvals/lathe/audit", { claims: AUDITOR })).body);
}

async function events(): Promise<readonly string[]> {
  return (await trail()).map(({ event, who }) => `${String(event)} ${String(who)}`);
}

function subjectsFor(to: string): readonly string[] {
  return gateway.delivered.flatMap((mail) => (mail.to === to ? [mail.subject] : []));
}

function codeOf({ body, status }: { body: unknown; status: number }): string {
  return `${status} ${String(Object(body).error?.code)}`;
}

describe("a quorum", () => {
  test("of two out of three approves; who approved which version, when and with which link is kept", async () => {
    expect(await ask()).toMatchObject({ status: 202, body: { id: "lathe", hash: HASH } });
    expect(await approval()).toMatchObject({ outcome: "open", votes: [{ approver: ADA }, {}, {}] });
    const [adas, bobs] = [ADA, BOB].map((who) => tokenFor(who, gateway.delivered));
    await world.advance("2h");
    await decide(ADA, "approved", { comment: "At last." });
    expect(await approval()).toMatchObject({ outcome: "open", votes: [{ decision: "approved" }, {}, {}] });
    await world.advance("1h");
    await decide(BOB, "approved");
    expect(await approval()).toMatchObject({ outcome: "approved", hash: HASH });
    expect(subjectsFor(REQUESTER.email)).toEqual(["A new lathe: approved"]);
    const decisions = (await trail()).filter(({ event }) => event === "approved");
    expect(decisions).toMatchObject([
      { who: ADA, hash: HASH, at: "2026-01-01T02:00:00.000Z", token: fingerprint(adas ?? ""), note: "At last." },
      { who: BOB, hash: HASH, at: "2026-01-01T03:00:00.000Z", token: fingerprint(bobs ?? "") },
    ]);
    expect(await events()).toHaveLength(7);
  });

  test("that cannot be reached any more refuses", async () => {
    await ask();
    await decide(ADA, "refused");
    expect(await approval()).toMatchObject({ outcome: "open" });
    await decide(BOB, "refused");
    expect(await approval()).toMatchObject({ outcome: "refused" });
  });

  test("does not help against a veto", async () => {
    await ask();
    await decide(ADA, "approved");
    await decide(EVE, "refused");
    expect(await approval()).toMatchObject({ outcome: "refused" });
  });

  test("is reached by answers that come at the same moment", async () => {
    await ask();
    await Promise.all([decide(ADA, "approved"), decide(BOB, "approved"), decide(EVE, "approved")]);
    expect(await approval()).toMatchObject({ outcome: "approved" });
    expect((await events()).filter((event) => event.startsWith("approved"))).toHaveLength(3);
    expect((await events()).filter((event) => event.startsWith("closed"))).toHaveLength(1);
  });
});

describe("a link", () => {
  test("shows the document as often as wanted, and decides nothing by that", async () => {
    await ask();
    const token = tokenFor(ADA, gateway.delivered);
    for (let time = 0; time < 3; time++) {
      const { body, status } = await world.request("POST", "/decisions/look", { body: { token } });
      expect({ status, body }).toEqual({
        status: 200,
        body: { approver: ADA, hash: HASH, requester: REQUESTER.email, text: LATHE.text, title: LATHE.title },
      });
    }
    await world.settle();
    expect(await approval()).toMatchObject({ outcome: "open" });
    expect((await world.request("GET", `/decisions/answer?token=${token}&decision=approved&hash=${HASH}`)).status).toBe(
      404,
    );
  });

  test("clicked twice at once counts once, and both clicks hear the same", async () => {
    await ask();
    const answers = await Promise.all([decide(ADA, "approved"), decide(ADA, "approved")]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await decide(ADA, "approved")).status).toBe(200);
    expect((await events()).filter((event) => event.startsWith("approved"))).toEqual([`approved ${ADA}`]);
    expect(await approval()).toMatchObject({ outcome: "open" });
  });

  test("does not change a decision", async () => {
    await ask();
    await decide(ADA, "approved");
    expect(codeOf(await decide(ADA, "refused"))).toBe("409 already-decided");
    expect(await approval()).toMatchObject({ votes: [{ decision: "approved" }, {}, {}] });
  });

  test("is spent at the end, and says how it ended", async () => {
    await ask();
    await decide(ADA, "approved");
    await decide(BOB, "approved");
    const late = await decide(EVE, "refused");
    expect(codeOf(late)).toBe("409 closed");
    expect(Object(late.body).error.message).toBe("This approval is over: it is approved.");
    const look = { body: { token: tokenFor(EVE, gateway.delivered) } };
    expect(codeOf(await world.request("POST", "/decisions/look", look))).toBe("409 closed");
  });

  test("of another version is refused", async () => {
    await ask();
    expect(codeOf(await decide(ADA, "approved", { hash: hashOf("A new lathe", "It costs 90,000.") }))).toBe(
      "409 other-version",
    );
    expect(await approval()).toMatchObject({ votes: [{ approver: ADA }, {}, {}] });
  });

  test("that nobody has sent is refused, and one of another approver answers for that one only", async () => {
    await ask();
    const token = tokenFor(ADA, gateway.delivered);
    expect(codeOf(await decide(ADA, "approved", { token: `${token}A` }))).toBe("403 invalid-token");
    await decide(BOB, "approved", { token });
    expect((await approval())["votes"]).toMatchObject([{ approver: ADA, decision: "approved" }, { approver: BOB }, {}]);
  });

  test.each([{ decision: "maybe" }, { hash: "short" }, { token: 5 }, { extra: true }])(
    "with an answer that is none (%o) is told what is wrong",
    async (changes) => {
      await ask();
      expect(codeOf(await decide(ADA, "approved", changes))).toBe("400 invalid-input");
    },
  );
});

test("a delegate gets a link of its own, and the first one is spent", async () => {
  await ask();
  const first = tokenFor(ADA, gateway.delivered);
  const delegated = { body: { token: first, to: "Dan@example.com" } };
  expect((await world.request("POST", "/decisions/delegate", delegated)).body).toEqual({ approver: "dan@example.com" });
  await world.settle();
  expect(codeOf(await decide(ADA, "approved", { token: first }))).toBe("409 link-replaced");
  await decide("dan@example.com", "approved");
  expect((await approval())["votes"]).toMatchObject([{ approver: "dan@example.com", decision: "approved" }, {}, {}]);
  const told = (await trail()).find(({ event }) => event === "delegated");
  expect(told).toMatchObject({ who: ADA, token: fingerprint(first), note: "to dan@example.com" });
});

describe("who is silent", () => {
  test("is reminded after a day, and the link of the first mail still works", async () => {
    await ask();
    await decide(BOB, "approved");
    await world.advance("1d");
    expect(subjectsFor(ADA)).toEqual(["Please decide: A new lathe", "Still to decide: A new lathe"]);
    expect(subjectsFor(BOB)).toHaveLength(1);
    const [first = "", second] = tokensFor(ADA, gateway.delivered);
    expect(second).toBe(first);
    await decide(ADA, "approved", { token: first });
    expect(await approval()).toMatchObject({ outcome: "approved" });
  });

  test("is told of after three days", async () => {
    await ask();
    await decide(BOB, "approved");
    await world.advance("3d");
    const mail = gateway.delivered.find(({ to }) => to === LATHE.escalateTo);
    expect(mail?.text).toBe(`For three days nothing was heard of ${ADA}, ${EVE}.`);
  });

  test("lets the approval expire after 14 days", async () => {
    await ask();
    await decide(BOB, "approved");
    await world.advance("13d");
    expect(await approval()).toMatchObject({ outcome: "open" });
    await world.advance("1d");
    expect(await approval()).toMatchObject({ outcome: "expired" });
    expect(codeOf(await decide(ADA, "approved"))).toBe("409 closed");
  });

  test("hears nothing more once it is decided", async () => {
    await ask();
    await decide(ADA, "approved");
    await decide(BOB, "approved");
    const before = gateway.delivered.length;
    await world.advance("30d");
    expect(gateway.delivered).toHaveLength(before);
  });
});

describe("asking for an approval", () => {
  test("twice with the same id is one approval, and one mail to each", async () => {
    expect([(await ask()).status, (await ask()).status]).toEqual([202, 202]);
    expect(gateway.delivered.map(({ to }) => to).toSorted()).toEqual([ADA, BOB, EVE]);
  });

  test("for something else with the same id is refused", async () => {
    await ask();
    expect(codeOf(await ask({ text: "It costs 90,000." }))).toBe("409 id-taken");
    expect(codeOf(await ask({}, { ...REQUESTER, email: "ron@example.com" }))).toBe("409 id-taken");
  });

  test.each([
    [{ quorum: 4 }, "quorum"],
    [{ quorum: 0 }, "quorum"],
    [{ approvers: [] }, "approvers"],
    [{ approvers: [{ email: ADA }, { email: "ADA@example.com" }], quorum: 1 }, "approvers"],
    [{ approvers: [{ email: "ada" }], quorum: 1 }, "approvers.0.email"],
    [{ id: "no spaces" }, "id"],
    [{ title: " " }, "title"],
  ])("with %o is refused, naming the field", async (changes, path) => {
    const { body, status } = await ask(changes);
    expect(status).toBe(400);
    expect(Object(body).error.issues[0].path).toBe(path);
  });

  test("can be taken back, once or twice, and not after the end", async () => {
    await ask();
    const takeBack = () => world.request("DELETE", "/approvals/lathe", { claims: REQUESTER });
    expect((await takeBack()).status).toBe(204);
    await world.settle();
    expect((await takeBack()).status).toBe(204);
    expect(await approval()).toMatchObject({ outcome: "withdrawn" });
    expect(codeOf(await decide(ADA, "approved"))).toBe("409 closed");
  });

  test("that is approved cannot be taken back", async () => {
    await ask();
    await decide(ADA, "approved");
    await decide(BOB, "approved");
    expect(codeOf(await world.request("DELETE", "/approvals/lathe", { claims: REQUESTER }))).toBe("409 already-ended");
  });
});

describe("roles", () => {
  test("every route but those of the links refuses a key, no token, and a token without a role", async () => {
    await ask();
    const closed = handler.manifest.routes.filter(({ path }) => !/decide|decisions/.test(path));
    expect(closed.length).toBeGreaterThanOrEqual(4);
    for (const { method, path } of closed) {
      const target = path.replace(":id", "lathe");
      const key = { "x-apikey": "the app's key" };
      const claims = { ...REQUESTER, roles: ["cook"] };
      const answers = [
        await world.request(method, target),
        await world.request(method, target, { headers: key }),
        await world.request(method, target, { claims }),
        await world.request(method, target, { claims: { roles: ["requester", "approver", "auditor"] } }),
      ];
      expect(
        answers.map(({ status }) => status),
        `${method} ${path}`,
      ).toEqual([401, 401, 403, 403]);
    }
  });

  test("a requester sees and ends only what is its own", async () => {
    await ask();
    const claims = { ...REQUESTER, email: "ron@example.com" };
    expect(codeOf(await world.request("GET", "/approvals/lathe", { claims }))).toBe("404 no-such-approval");
    expect(codeOf(await world.request("DELETE", "/approvals/lathe", { claims }))).toBe("404 no-such-approval");
    expect((await world.request("GET", "/approvals/lathe", { claims: REQUESTER })).status).toBe(200);
    expect((await world.request("GET", "/approvals/lathe/audit", { claims: REQUESTER })).status).toBe(403);
  });

  test("an approver sees what it is asked, and an unknown approval is nobody's", async () => {
    await ask();
    const claims = { sub: "u3", email: ADA, roles: ["approver"] };
    expect((await world.request("GET", "/approvals/lathe", { claims })).status).toBe(200);
    for (const id of ["none", "question:lathe:0", "no%20id"]) {
      expect((await world.request("GET", `/approvals/${id}`, { claims: AUDITOR })).status).toBe(404);
    }
  });

  test("no answer and no entry of the trail holds a token", async () => {
    await ask();
    await world.advance("1d");
    await decide(ADA, "approved");
    const texts = JSON.stringify([await approval(), await trail()]);
    for (const who of [ADA, BOB, EVE]) expect(texts).not.toContain(tokenFor(who, gateway.delivered));
  });
});

test("a mail gateway that is down for a while delays, and doubles nothing", async () => {
  gateway.refusals.push(503, 503);
  await ask();
  await world.advance("1m");
  expect(gateway.delivered).toHaveLength(3);
  expect(await events()).toHaveLength(4);
});
