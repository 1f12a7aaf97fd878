import { describe, expect, test } from "vitest";
import handler from "../index.ts";
import { tokenFor } from "./mail-gateway.ts";
import {
  ADA,
  BOB,
  EVE,
  REQUESTER,
  AUDITOR,
  gateway,
  world,
  ask,
  decide,
  approval,
  trail,
  codeOf,
} from "./approvals-world.ts";

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
