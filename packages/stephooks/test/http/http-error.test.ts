import { describe, expect, test } from "vitest";
import { HttpError, type HttpErrorOptions } from "../../src/http/http-error.ts";
import { answer, apiKey, closedWorld, httpWorld, refusal, withHeader, withKey } from "./http-world.ts";

const taken = new HttpError(409, "id-taken", "Choose another id.");

function throwing(error: unknown) {
  return httpWorld(
    (app) =>
      app.get("/x", async () => {
        throw error;
      }),
    { access: withKey },
  );
}

const send = (error: unknown) => throwing(error).send("/x", withHeader(apiKey));

describe("an HttpError", () => {
  test("that a route throws is the answer, with nothing beside its status, code and message", async () => {
    const response = await send(taken);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    // Tells refusals of stephooks from those of the app.
    expect(response.headers.has("x-stephooks-error")).toBe(false);
    expect(await answer(response)).toEqual({
      status: 409,
      body: { error: { code: "id-taken", message: "Choose another id." } },
    });
  });

  test("is the answer wherever a function of a route gives it", async () => {
    const world = httpWorld((app) => {
      app.use("/used", () => {
        throw taken;
      });
      app.get("/used", (_req, res) => res.end("open"));
      app.get("/given", (_req, _res, next) => next(taken));
      app.get("/thrown", () => {
        throw taken;
      });
    });
    for (const path of ["/used", "/given", "/thrown"]) expect((await world.send(path)).status).toBe(409);
  });

  test("carries details and headers, but neither another code nor what belongs to the body", async () => {
    const details = { issues: [{ path: "name", message: "missing" }], code: "other", at: new Date(0) };
    const headers = {
      "Retry-After": "5",
      "content-type": "text/html",
      "content-length": "1",
      "x-stephooks-error": "no",
    };
    const response = await send(new HttpError(503, "busy", "Come back.", { details, headers }));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "retry-after": "5",
      "content-type": "application/json; charset=utf-8",
    });
    expect(response.headers.has("content-length")).toBe(false);
    expect(response.headers.has("x-stephooks-error")).toBe(false);
    expect(await response.json()).toEqual({
      error: { code: "busy", message: "Come back.", issues: details.issues, at: "1970-01-01T00:00:00.000Z" },
    });
  });

  test("never shows its stack or cause, and the log has both", async () => {
    const cause = new Error("the password is wrong");
    const error = new HttpError(502, "bank-down", "The bank does not answer.", { cause });
    // An open app is a developer's: faults show their stack there.
    const world = httpWorld((app) => {
      app.get("/x", () => {
        throw error;
      });
    });
    expect(await (await world.send("/x")).json()).toEqual({
      error: { code: "bank-down", message: "The bank does not answer." },
    });
    expect(world.log).toMatchObject([
      { level: "error", fields: { code: "bank-down", stack: expect.stringContaining("the password is wrong") } },
    ]);
  });

  test("below 500 is no fault of the app in its log", async () => {
    const world = throwing(taken);
    await world.send("/x", withHeader(apiKey));
    expect(world.log.map(({ level }) => level)).toEqual(["info"]);
  });

  test.each([["throws"], ["gives to next"]])("that a hook of app.auth %s refuses with its status", async (how) => {
    const error = new HttpError(401, "sign-in", "Sign in first.", { headers: { "www-authenticate": "Bearer" } });
    const world = closedWorld((app) =>
      app.auth("/x", (_req, _res, next) => {
        if (how === "throws") throw error;
        next(error);
      }),
    );
    const response = await world.send("/x");
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await answer(response)).toEqual({
      status: 401,
      body: { error: { code: "sign-in", message: "Sign in first." } },
    });
  });

  test("is none because of a status: an error of another library is a fault", async () => {
    expect(await refusal(send(Object.assign(new Error("not found"), { status: 404 })))).toBe("500 unhandled-error");
  });

  test.each<[string, number, HttpErrorOptions]>([
    ["invalid-status", 200, {}],
    ["invalid-status", 404.5, {}],
    ["invalid-status", 600, {}],
    ["invalid-header", 400, { headers: { "x-name": "line\r\nbreak" } }],
    ["invalid-header", 400, { headers: { "x name": "v" } }],
    ["invalid-argument", 400, { details: { big: 1n } }],
  ])("that could not be sent is refused where it is made: %s", (code, status, options) => {
    expect(() => new HttpError(status, "c", "m", options)).toThrow(expect.objectContaining({ code }));
  });
});
