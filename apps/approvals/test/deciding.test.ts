import { describe, expect, test } from "vitest";
import { fingerprint, hashOf } from "../outcome.ts";
import { tokenFor, tokensFor } from "./mail-gateway.ts";
import {
  ADA,
  BOB,
  EVE,
  REQUESTER,
  HASH,
  LATHE,
  gateway,
  world,
  ask,
  decide,
  approval,
  trail,
  events,
  subjectsFor,
  codeOf,
} from "./approvals-world.ts";

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

test("nobody gets a second vote by being asked in the place of somebody else", async () => {
  await ask();
  const body = { token: tokenFor(ADA, gateway.delivered), to: BOB.toUpperCase() };
  expect(codeOf(await world.request("POST", "/decisions/delegate", { body }))).toBe("409 asked-already");
  await world.request("POST", "/decisions/delegate", { body: { ...body, to: "dan@example.com" } });
  await world.settle();
  const fromBob = { token: tokenFor(BOB, gateway.delivered), to: "dan@example.com" };
  expect(codeOf(await world.request("POST", "/decisions/delegate", { body: fromBob }))).toBe("409 asked-already");
  await decide(BOB, "approved");
  expect((await approval())["outcome"]).toBe("open");
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

test("a mail gateway that is down for a while delays, and doubles nothing", async () => {
  gateway.refusals.push(503, 503);
  await ask();
  await world.advance("1m");
  expect(gateway.delivered).toHaveLength(3);
  expect(await events()).toHaveLength(4);
});

test("a vote that comes when the outcome is made is in the trail, as one that was too late", async () => {
  await ask({ quorum: 1 });
  world.stub("approval", "close", async (_state, _goto, wait) => wait());
  await decide(ADA, "approved");
  expect((await decide(EVE, "refused")).status).toBe(200);
  expect(await approval()).toMatchObject({ outcome: "approved" });
  expect((await events()).filter((event) => event.endsWith(EVE)).toSorted()).toEqual([
    `asked ${EVE}`,
    `refused ${EVE}`,
    `too-late ${EVE}`,
  ]);
});
