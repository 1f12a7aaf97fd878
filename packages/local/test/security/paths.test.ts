import { pathPieces, pathTricks } from "@stephooks/contracts";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiKey, type Front, type Fronted, fronted, frontNames, withKey } from "./fronts.ts";
import { codeOf } from "./raw-request.ts";

let served: Fronted;
beforeAll(async () => {
  served = await fronted((app) => {
    app.auth("/admin/*", (_req, _res, next) => next("closed"));
    app.auth("/admin", (_req, _res, next) => next("closed"));
    app.auth("/*", (_req, _res, next) => next());
    app.use("/guarded/*", (_req, res) => res.status(418).end("teapot"));
    app.get("/admin/*", (_req, res) => res.end("SECRET"));
    app.get("/admin", (_req, res) => res.end("SECRET"));
    app.get("/guarded/*", (_req, res) => res.end("SECRET"));
    app.get("/a.b", (_req, res) => res.end("dot"));
    app.get("/a+b", (_req, res) => res.end("plus"));
    app.get(/^\/re-\d+$/g, (_req, res) => res.end("regexp"));
    app.get("/p/:one", (req, res) => res.json(req.params));
    app.all("/*", (_req, res) => res.end("open"));
  });
});
afterAll(() => served.stop());

function front(name: string): Front {
  const found = served.fronts.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no front ${name}`);
  return found;
}

describe.each(frontNames)("through the %s", (name) => {
  test.each(pathTricks("admin"))("security 38: what app.auth closes cannot be had by %j", async (target) => {
    const answer = await front(name).send({ target });
    expect(answer.body.toString()).not.toContain("SECRET");
    expect(answer.status).toBeLessThan(500);
  });

  test.each(pathTricks("guarded"))("security 38: what middleware guards cannot be had by %j", async (target) => {
    const answer = await front(name).send({ target, headers: [withKey] });
    expect(answer.body.toString()).not.toContain("SECRET");
    expect(answer.status).toBeLessThan(500);
  });

  test("the plain paths do what they should", async () => {
    const { send } = front(name);
    expect(codeOf(await send({ target: "/admin/x" }))).toBe("403 forbidden");
    expect((await send({ target: "/admin/x", headers: [withKey] })).body.toString()).toBe("SECRET");
    expect((await send({ target: "/guarded/x" })).status).toBe(418);
    expect((await send({ target: "/other" })).body.toString()).toBe("open");
  });

  test.each(["/%", "/%zz", "/%e", "/%ff", "/a%C3", "/%ED%A0%80"])(
    "security 41: the broken escape in %s is 400",
    async (target) => expect((await front(name).send({ target })).status).toBe(400),
  );

  test("security 42: a RegExp with the flag g matches every time", async () => {
    for (let turn = 0; turn < 4; turn += 1) {
      expect((await front(name).send({ target: "/re-12" })).body.toString()).toBe("regexp");
    }
  });

  test.each([
    ["/a.b", "dot"],
    ["/axb", "open"],
    ["/a+b", "plus"],
    ["/aab", "open"],
  ])("security 43: the signs of a RegExp in a path are plain: %s is %s", async (target, body) => {
    expect((await front(name).send({ target })).body.toString()).toBe(body);
  });

  test("security 41: a path of 16,000 characters is decided within 50 ms of processor time", async () => {
    const long = `/p/${"a".repeat(16_000)}`;
    const { send } = front(name);
    await send({ target: long });
    const begun = process.cpuUsage();
    const answer = await send({ target: long });
    const { system, user } = process.cpuUsage(begun);
    // A dev server may refuse headers this long by itself.
    expect([200, 431]).toContain(answer.status);
    expect((user + system) / 1_000).toBeLessThan(50);
  });
});

const piece = fc.constantFrom(...pathPieces("admin"));
const anyTarget = fc.array(piece, { maxLength: 10 }).map((parts) => `/${parts.join("")}`);

test("security 38: no path reaches what is closed, by any front, and all fronts that decode alike answer alike", async () => {
  await fc.assert(
    fc.asyncProperty(anyTarget, async (target) => {
      const answers = await Promise.all(
        served.fronts.map(async ({ name, send }) => ({ name, answer: await send({ target }) })),
      );
      for (const { answer, name } of answers) {
        expect(answer.body.toString(), `${name} ${target}`).not.toContain("SECRET");
        expect(answer.status, `${name} ${target}`).toBeLessThan(500);
      }
      const statusOf = (name: string) => answers.find((one) => one.name === name)?.answer.status;
      expect(statusOf("dev server"), target).toBe(statusOf("HTTP API"));
      for (const name of ["REST API", "load balancer"]) expect(statusOf(name), target).toBe(statusOf("Function URL"));
    }),
    { numRuns: 300 },
  );
});

test("security 77: the key of the tests is in no log", () => {
  expect(served.log.filter((line) => line.includes(apiKey))).toEqual([]);
});
