import { describe, expect, test } from "vitest";
import { AuthList, type RouteHandler } from "../../src/http/index.ts";
import { StephooksError } from "../../src/stephooks-error.ts";
import { answer, closedWorld as closed, httpWorld, inside, refusal, withHeader, withKey } from "./http-world.ts";

describe("a hook", () => {
  test("that calls next opens its path, and no other", async () => {
    const world = closed((app) => app.auth("/u/*", (_req, _res, next) => next()));
    expect(await answer(world.send("/u/7"))).toEqual({ status: 200, body: { id: "7" } });
    expect(await refusal(world.send("/x"))).toBe("401 unauthorized");
  });

  test("is asked when the key is wrong", async () => {
    const world = closed((app) => app.auth("/x", (_req, _res, next) => next()));
    expect(await answer(world.send("/x", withHeader("wrong")))).toEqual(inside);
  });

  test("that was registered first decides, however general it is", async () => {
    const world = closed((app) => {
      app.auth("*", (_req, _res, next) => next("first"));
      app.auth("/x", (_req, _res, next) => next());
    });
    expect(await refusal(world.send("/x"))).toBe("403 forbidden");
  });

  test("registered again for its path replaces the functions and keeps the place", async () => {
    const world = closed((app) => {
      app.auth("/x", (_req, _res, next) => next());
      app.auth("*", (_req, _res, next) => next());
      app.auth("/x", (_req, _res, next) => next("replaced"));
    });
    expect(await refusal(world.send("/x"))).toBe("403 forbidden");
  });

  test("sees the parameters of its own path, the route those of its", async () => {
    const seen: unknown[] = [];
    const world = closed((app) =>
      app.auth("/:area/*", (req, _res, next) => {
        seen.push({ ...req.params });
        next();
      }),
    );
    expect((await answer(world.send("/u/7"))).body).toEqual({ id: "7" });
    expect(seen).toEqual([{ area: "u" }]);
  });

  test("has all its functions run, and each must agree", async () => {
    const world = closed((app) => {
      app.auth(
        "/x",
        (_req, _res, next) => next(),
        (_req, _res, next) => next(),
      );
      app.auth(
        "/u/*",
        (_req, _res, next) => next(),
        (_req, _res, next) => next("second says no"),
      );
    });
    expect(await answer(world.send("/x"))).toEqual(inside);
    expect(await answer(world.send("/u/7"))).toEqual({
      status: 403,
      body: { error: { code: "forbidden", message: "second says no" } },
    });
  });

  test("that answers has given the answer", async () => {
    const world = closed((app) => app.auth("/x", (_req, res) => res.status(403).json({ denied: true })));
    expect(await answer(world.send("/x"))).toEqual({ status: 403, body: { denied: true } });
  });

  test("may hand fields and headers on to the route", async () => {
    const world = httpWorld(
      (app) => {
        app.auth("*", (req, res, next) => {
          Object.assign(req, { user: "ann" });
          res.set("x-auth", "hook");
          next();
        });
        app.get("/me", (req, res) => res.json(Reflect.get(req, "user")));
      },
      { access: withKey },
    );
    const response = await world.send("/me");
    expect([response.headers.get("x-auth"), await response.json()]).toEqual(["hook", "ann"]);
  });

  const misbehaviour: readonly [name: string, hook: RouteHandler, expected: string][] = [
    ["settles with true", async () => true, "403 forbidden"],
    ["settles without a word", async () => {}, "403 forbidden"],
    [
      "throws",
      () => {
        throw new Error("boom");
      },
      "403 forbidden",
    ],
    ["rejects", async () => Promise.reject(new Error("boom")), "403 forbidden"],
    [
      "throws undefined",
      () => {
        throw undefined;
      },
      "403 forbidden",
    ],
    [
      "throws after next",
      (_req, _res, next) => {
        next();
        throw new Error("boom");
      },
      "403 forbidden",
    ],
    ["refuses with an error", (_req, _res, next) => next(new Error("no")), "403 forbidden"],
    ["refuses with an object", (_req, _res, next) => next({ secret: 1 }), "403 forbidden"],
    ["refuses with false", (_req, _res, next) => next(false), "403 forbidden"],
    [
      "refuses, then calls next",
      (_req, _res, next) => {
        next("no");
        next();
      },
      "403 forbidden",
    ],
    [
      "calls next twice",
      (_req, _res, next) => {
        next();
        next();
      },
      "403 forbidden",
    ],
    [
      "calls next and then refuses",
      (_req, _res, next) => {
        next();
        next("no");
      },
      "403 forbidden",
    ],
    ["writes without ending", async (_req, res) => res.write("inside"), "403 forbidden"],
    ["sets a status only", async (_req, res) => res.status(200), "403 forbidden"],
  ];

  test.each(misbehaviour)("that %s lets nobody pass", async (_name, hook, expected) => {
    expect(await refusal(closed((app) => app.auth("/x", hook)).send("/x"))).toBe(expected);
  });

  test.each<[name: string, hook: RouteHandler]>([
    ["nothing", () => {}],
    ["true", () => true],
    ["what it wrote into", (_req, res) => res.write("inside")],
  ])("that returns %s and never decides lets nobody pass when the time is over", async (_name, hook) => {
    const expired = Promise.resolve(new StephooksError("handler-timeout", "over"));
    const world = closed((app) => app.auth("/x", hook));
    expect(await refusal(world.send("/x", {}, { expired }))).toBe("504 handler-timeout");
  });

  test("that returns no promise may decide from a callback, within five seconds", async () => {
    let decide: () => void = () => {};
    const world = closed((app) => app.auth("/x", (_req, _res, next) => void (decide = next)));
    const inTime = world.send("/x");
    await new Promise((resolve) => setImmediate(resolve));
    world.clock.advance(4_999);
    decide();
    expect((await inTime).status).toBe(200);
    const tooLate = world.send("/x");
    await new Promise((resolve) => setImmediate(resolve));
    world.clock.advance(5_000);
    expect(await refusal(tooLate)).toBe("403 forbidden");
  });

  test("sees the body that the route will see", async () => {
    const seen: unknown[] = [];
    const world = closed((app) => {
      app.auth("/hook", (req, _res, next) => {
        seen.push(req.body, req.rawBody);
        next();
      });
      app.post("/hook", (req, res) => res.json(req.body));
    });
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: '{"a": 1}' };
    expect(await answer(world.send("/hook", init))).toEqual({ status: 200, body: { a: 1 } });
    expect(seen).toEqual([{ a: 1 }, '{"a": 1}']);
    expect(await refusal(world.send("/hook", { ...init, body: "{" }))).toBe("400 malformed-json");
  });

  test("that calls next and answers has answered", async () => {
    const world = closed((app) =>
      app.auth("/x", (_req, res, next) => {
        next();
        res.status(403).end("no");
      }),
    );
    expect(await answer(world.send("/x"))).toEqual({ status: 403, body: "no" });
  });

  test("that calls next after it has settled is too late", async () => {
    let late: () => void = () => {};
    const world = closed((app) => app.auth("/x", async (_req, _res, next) => void (late = next)));
    const response = await world.send("/x");
    late();
    expect(response.status).toBe(403);
  });

  test("that decides in work it began is waited for where the host can tell", async () => {
    const work = Promise.withResolvers<void>();
    const begun: Promise<void>[] = [];
    const decideLater: RouteHandler = async (_req, _res, next) => {
      begun.push(
        (async () => {
          await work.promise;
          next();
        })(),
      );
    };
    const world = closed((app) => app.auth("/x", decideLater));
    const pending = async (): Promise<void> => {
      work.resolve();
      await Promise.all(begun);
    };
    expect(await answer(world.send("/x", {}, { pending }))).toEqual(inside);
  });

  test("that throws is logged with its stack, and its message stays inside", async () => {
    const world = closed((app) =>
      app.auth("/x", () => {
        throw new Error("secret detail");
      }),
    );
    expect(await (await world.send("/x?token=abc")).text()).not.toContain("secret detail");
    expect(world.log).toMatchObject([
      { level: "error", event: "auth hook threw", fields: { message: "secret detail" } },
    ]);
    expect(String(world.log[0]?.fields["stack"])).toContain("auth-hook.test.ts");
    expect(JSON.stringify(world.log)).not.toContain("token=abc");
  });
});

test("an open app lets everybody pass and runs no hooks", async () => {
  const world = closed((app) => app.auth("*", (_req, _res, next) => next("no")), { mode: "open" });
  expect(await answer(world.send("/x"))).toEqual(inside);
  expect(await answer(world.send("/x", withHeader("wrong")))).toEqual(inside);
});

test("a hook that throws after it answered has answered, and is logged", async () => {
  const world = closed((app) =>
    app.auth("/x", (_req, res) => {
      res.status(402).end("pay");
      throw new Error("afterwards");
    }),
  );
  expect(await answer(world.send("/x"))).toEqual({ status: 402, body: "pay" });
  expect(world.log).toMatchObject([{ level: "error", fields: { message: "afterwards" } }]);
});

test("the list of hooks tells its paths in matching order", () => {
  const list = new AuthList();
  for (const path of ["/b", /a/i, "/a", "/b"]) list.add(path, [() => {}]);
  expect(list.paths()).toEqual(["/b", "/a/i", "/a"]);
});
