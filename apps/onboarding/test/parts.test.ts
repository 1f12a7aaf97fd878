import { describe, expect, test } from "vitest";
import { UNKNOWN_NUMBER } from "./services.ts";
import {
  CARL,
  PERSON,
  ADDRESS,
  COMPANY,
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
