import { CodedError, PortError, StateError } from "@stephooks/core";
import { describe, expect, test } from "vitest";
import { httpMethods } from "../../src/http/route-table.ts";
import { answer, apiKey, httpWorld, refusal, withKey } from "./http-world.ts";

const key = { headers: { "x-apikey": apiKey } };

describe("a path or method that nothing answers", () => {
  const world = httpWorld((app) => {
    app.get("/x", (_req, res) => res.end("got"));
    app.post("/x", (_req, res) => res.end("posted"));
  });

  test("without a route is 404, with codehooks' words", async () => {
    expect(await answer(world.send("/nosuch"))).toEqual({ status: 404, body: "No maching routes in code" });
    expect(await refusal(world.send("/nosuch"))).toBe("404 no-route");
  });

  test("with routes for other methods is the same, and tells these", async () => {
    const response = await world.send("/x", { method: "DELETE" });
    expect([response.status, response.headers.get("allow")]).toEqual([404, "GET, HEAD, POST"]);
    expect(await response.text()).toBe("No maching routes in code");
  });

  test.each(["TRACE", "CONNECT", "PURGE", "get", ""])("with the method %j is 405 before all else", async (method) => {
    const response = await httpWorld(() => {}, { access: withKey }).send("//", {}, { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, httpMethods.join(", ")]);
  });

  test("that cannot be read in one way is 400", async () => {
    expect(await refusal(world.send("/x//y"))).toBe("400 bad-path");
    expect(await refusal(httpWorld(() => {}, { access: withKey }).send("/x/../y"))).toBe("400 bad-path");
  });
});

test("HEAD is answered as GET, without the body", async () => {
  const world = httpWorld((app) => {
    app.get("/x", (req, res) => res.set("x-method", req.method).set("set-cookie", ["a=1", "b=2"]).end("body"));
  });
  const response = await world.send("/x", { method: "HEAD" });
  expect([response.status, response.headers.get("x-method"), await response.text()]).toEqual([200, "HEAD", ""]);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  const missing = await world.send("/y", { method: "HEAD" });
  expect([missing.status, await missing.text()]).toEqual([404, ""]);
});

test("a route for all methods sees every one, OPTIONS too", async () => {
  const world = httpWorld((app) => app.all("/any", (req, res) => res.send(req.method)));
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    expect((await answer(world.send("/any", { method }))).body).toBe(method);
  }
});

test("parameters are decoded exactly once on their way through hono", async () => {
  const world = httpWorld((app) => app.get("/p/:a/x/:b", (req, res) => res.json(req.params)));
  const { body } = await answer(world.send("/p/tw%20o/x/100%2541"));
  expect(body).toEqual({ a: "tw o", b: "100%41" });
});

describe("the functions of a route", () => {
  test("run in sequence with the same request", async () => {
    const world = httpWorld((app) =>
      app.get(
        "/multi",
        async (req, _res, next) => {
          await Promise.resolve();
          Object.assign(req, { n: 1 });
          next();
        },
        (req, res) => res.json({ n: Reflect.get(req, "n") }),
      ),
    );
    expect((await answer(world.send("/multi"))).body).toEqual({ n: 1 });
  });

  test("have all settled when the answer is handed out, also what comes after send", async () => {
    const done: string[] = [];
    const gate = Promise.withResolvers<void>();
    const world = httpWorld((app) =>
      app.get("/after", async (_req, res) => {
        res.send("sent");
        await gate.promise;
        done.push("after");
      }),
    );
    const response = world.send("/after");
    gate.resolve();
    expect(await (await response).text()).toBe("sent");
    expect(done).toEqual(["after"]);
  });

  test("that never answer give an empty 200", async () => {
    const world = httpWorld((app) => {
      app.get("/silent", async () => {});
      app.get("/next", (_req, _res, next) => next());
      app.get("/status", async (_req, res) => res.status(202));
    });
    expect(await answer(world.send("/silent"))).toEqual({ status: 200, body: "" });
    expect(await answer(world.send("/next"))).toEqual({ status: 200, body: "" });
    expect(await answer(world.send("/status"))).toEqual({ status: 202, body: "" });
  });

  test("that answer from work they did not await are waited for where the host can tell", async () => {
    const work = Promise.withResolvers<string>();
    const begun: Promise<unknown>[] = [];
    const world = httpWorld((app) =>
      app.get("/late", (_req, res) => {
        begun.push((async () => res.send(await work.promise))());
        return Promise.resolve();
      }),
    );
    const pending = async (): Promise<void> => {
      work.resolve("late");
      await Promise.all(begun);
    };
    expect(await answer(world.send("/late", {}, { pending }))).toEqual({ status: 200, body: "late" });
  });

  test("stop with next(text), and with the text, wherever the app runs", async () => {
    const world = httpWorld((app) => app.get("/x", (_req, _res, next) => next("not today")), { access: withKey });
    expect(await answer(world.send("/x", key))).toEqual({
      status: 500,
      body: { error: { code: "handler-error", message: "not today" } },
    });
  });
});

const thrown = Object.assign(new Error("the password is 123"), { code: 7 });
const failing = (access: typeof withKey | { mode: "open" }) =>
  httpWorld(
    (app) => {
      app.get("/throw", () => {
        throw thrown;
      });
      app.get("/reject", async () => Promise.reject(thrown));
      app.get("/next", (_req, _res, next) => next(thrown));
      app.get("/text", () => {
        // eslint-disable-next-line no-throw-literal, typescript/only-throw-error -- apps do
        throw "the password is 123";
      });
      app.get("/header", (_req, res) => res.set("x", "the password is 123\n"));
    },
    { access },
  );

describe.each(["/throw", "/reject", "/next", "/text"])("an error without a code, by %s,", (path) => {
  test("is 500 with codehooks' fields; deployed, its message stays in the log", async () => {
    const world = failing(withKey);
    expect(await answer(world.send(path, key))).toEqual({
      status: 500,
      body: {
        text: "Unhandled Codehook exception, check logs",
        fatal: true,
        error: { code: "unhandled-error", message: "The app failed; its log has the details." },
      },
    });
    expect(world.log).toMatchObject([{ level: "error", fields: { message: "the password is 123", apiPath: path } }]);
  });

  test("shows its message while developing", async () => {
    const { status, body } = await answer(failing({ mode: "open" }).send(path));
    expect(status).toBe(500);
    expect(body).toMatchObject({ fatal: true, error: { code: "unhandled-error", message: "the password is 123" } });
    const stack = /"stack":"Error: the password is 123[^"]*http-app\.test\.ts/;
    expect(stack.test(JSON.stringify(body))).toBe(path !== "/text");
  });
});

test("a text given to next is meant for the client, an error given to next is not", async () => {
  expect(JSON.stringify((await answer(failing(withKey).send("/next", key))).body)).not.toContain("password");
});

test("an error's stack and cause are in the log", async () => {
  const world = httpWorld((app) =>
    app.get("/x", () => {
      throw new Error("outer", { cause: new Error("inner") });
    }),
  );
  await world.send("/x");
  expect(String(world.log[0]?.fields["stack"])).toMatch(/outer[^]*caused by Error: inner/);
});

test("a header that HTTP cannot carry is 500 with its code, and splits nothing", async () => {
  const response = await failing(withKey).send("/header", key);
  expect([response.status, response.headers.get("x")]).toEqual([500, null]);
  expect(await response.json()).toMatchObject({ error: { code: "invalid-header" } });
});

test("an error after the answer leaves the answer, and is logged", async () => {
  const world = httpWorld((app) =>
    app.get("/x", (_req, res) => {
      res.send("sent");
      throw new Error("afterwards");
    }),
  );
  expect(await answer(world.send("/x"))).toEqual({ status: 200, body: "sent" });
  expect(world.log).toMatchObject([{ level: "error", event: "handler threw", fields: { message: "afterwards" } }]);
});

class OtherError extends CodedError<string> {}

/** Stands in for errors of packages that the HTTP side does not import. */
const coded = (code: string): Error => new OtherError(code, `about ${code}`);

test.each<[error: Error, expected: string]>([
  [new StateError("state-not-an-object", "about it"), "400 state-not-an-object"],
  [new StateError("state-not-storable", "about it"), "400 state-not-storable"],
  [new StateError("state-too-large", "about it"), "413 state-too-large"],
  [coded("invalid-id"), "400 invalid-id"],
  [coded("invalid-state"), "400 invalid-state"],
  [coded("unknown-workflow"), "400 unknown-workflow"],
  [coded("unknown-instance"), "404 unknown-instance"],
  [coded("instance-exists"), "409 instance-exists"],
  [coded("already-ended"), "409 already-ended"],
  [new PortError("throttled", "about it"), "503 throttled"],
  [new PortError("unavailable", "about it"), "503 unavailable"],
  [new PortError("timeout", "about it"), "503 timeout"],
  [new PortError("denied", "about it"), "500 denied"],
  [new PortError("corrupt", "about it"), "500 corrupt"],
  [coded("constructor"), "500 constructor"],
])("a coded error that a handler lets through: %s is %s", async (error, expected) => {
  const world = httpWorld(
    (app) =>
      app.get("/x", () => {
        throw error;
      }),
    { access: withKey },
  );
  const response = await world.send("/x", key);
  expect(response.headers.get("retry-after")).toBe(expected.startsWith("503") ? "1" : null);
  expect((await response.clone().text()).includes(error.message)).toBe(response.status < 500);
  expect(await refusal(response)).toBe(expected);
  expect(world.log[0]?.level).toBe(response.status < 500 ? "info" : "error");
});

test("what is thrown never makes the app fail, whatever it is", async () => {
  const odd: unknown[] = [undefined, null, 0, Symbol("s"), Object.create(null), () => {}, new Proxy({}, {}), 10n];
  for (const value of odd) {
    const world = httpWorld((app) =>
      app.get("/x", () => {
        throw value;
      }),
    );
    expect(await refusal(world.send("/x"))).toBe("500 unhandled-error");
  }
});

test("two requests at once see nothing of each other", async () => {
  const gate = Promise.withResolvers<void>();
  const world = httpWorld((app) =>
    app.get("/u/:id", async (req, res) => {
      res.set("x-id", req.params["id"] ?? "");
      if (req.params["id"] === "a") await gate.promise;
      res.json(req.params);
    }),
  );
  const first = world.send("/u/a");
  const second = await world.send("/u/b");
  gate.resolve();
  expect([await second.json(), second.headers.get("x-id")]).toEqual([{ id: "b" }, "b"]);
  expect([await (await first).json(), (await first).headers.get("x-id")]).toEqual([{ id: "a" }, "a"]);
});
