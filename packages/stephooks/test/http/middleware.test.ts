import { expect, test } from "vitest";
import type { HttpRequest } from "../../src/http/index.ts";
import { MiddlewareList } from "../../src/http/middleware-list.ts";
import { answer, httpWorld, refusal, type Verbs } from "./http-world.ts";

/** Marks its name on the request, as middleware of codehooks apps does. */
function mark(app: Verbs, name: string, path?: string | RegExp): void {
  const functions = [
    (req: object, _res: unknown, next: () => void) => {
      const seen: unknown = Reflect.get(req, "seen");
      Reflect.set(req, "seen", [...(Array.isArray(seen) ? seen : []), name]);
      next();
    },
  ];
  if (path === undefined) app.use(...functions);
  else app.use(path, ...functions);
}

test("runs in registration order before the route, even when registered after it", async () => {
  const world = httpWorld((app) => {
    app.get("/mw/r1", (req, res) => res.json(Reflect.get(req, "seen")));
    app.get("/mw/q1", (req, res) => res.json(Reflect.get(req, "seen")));
    mark(app, "global");
    mark(app, "path", "/mw/*");
    mark(app, "regexp", /^\/mw\/r/);
    mark(app, "other", "/other");
  });
  expect((await answer(world.send("/mw/r1"))).body).toEqual(["global", "path", "regexp"]);
  expect((await answer(world.send("/mw/q1"))).body).toEqual(["global", "path"]);
});

test("covers a path as a whole, not what begins with it", async () => {
  const world = httpWorld((app) => {
    app.use("/customer", (_req, res) => res.status(418).end());
    app.get("/customer", (_req, res) => res.end("one"));
    app.get("/customer/1", (_req, res) => res.end("two"));
  });
  expect((await world.send("/customer")).status).toBe(418);
  expect((await world.send("/CUSTOMER/")).status).toBe(418);
  expect(await answer(world.send("/customer/1"))).toEqual({ status: 200, body: "two" });
});

test("never runs for a path that has no route", async () => {
  let runs = 0;
  const world = httpWorld((app) => {
    app.use((_req, _res, next) => {
      runs += 1;
      next();
    });
    app.post("/x", (_req, res) => res.end());
  });
  expect(await refusal(world.send("/y"))).toBe("404 no-route");
  expect(await refusal(world.send("/x"))).toBe("404 no-route");
  expect(runs).toBe(0);
});

test("runs every function after a path, where codehooks keeps the first only", async () => {
  const world = httpWorld((app) => {
    app.use("/x", (_req, _res, next) => next(), [(_req, res) => res.status(403).end("second")]);
    app.get("/x", (_req, res) => res.end("open"));
  });
  expect(await answer(world.send("/x"))).toEqual({ status: 403, body: "second" });
});

test("stops the request with next(text), and with the text", async () => {
  const world = httpWorld((app) => {
    app.use("/x", (_req, _res, next) => next("mw says no"));
    app.get("/x", (_req, res) => res.end("never"));
  });
  expect(await answer(world.send("/x"))).toEqual({
    status: 500,
    body: { error: { code: "handler-error", message: "mw says no" } },
  });
});

test("stops the request when it answers, even if it also calls next", async () => {
  let reached = false;
  const world = httpWorld((app) => {
    app.use((_req, res, next) => {
      res.status(401).end("no");
      next();
    });
    app.get("/x", (_req, res) => {
      reached = true;
      res.end("never");
    });
  });
  expect(await answer(world.send("/x"))).toEqual({ status: 401, body: "no" });
  expect(reached).toBe(false);
});

test("that settles and neither answers nor calls next is a coded error, not a hang", async () => {
  const world = httpWorld((app) => {
    app.use(async () => {});
    app.get("/x", (_req, res) => res.end("never"));
  });
  expect(await refusal(world.send("/x"))).toBe("500 unanswered-middleware");
});

test("adds fields that later functions declare, without a cast", async () => {
  type WithUser = HttpRequest & { user?: string };
  const world = httpWorld((app) => {
    app.use((req: WithUser, _res, next) => {
      req.user = "ann";
      next();
    });
    app.get("/x", (req: WithUser, res) => res.json({ user: req.user }));
  });
  expect((await answer(world.send("/x"))).body).toEqual({ user: "ann" });
});

test("sets headers that the route's answer carries", async () => {
  const world = httpWorld((app) => {
    app.use((_req, res, next) => {
      res.set("x-mw", "g");
      next();
    });
    app.get("/x", (_req, res) => res.json({}));
  });
  expect((await world.send("/x")).headers.get("x-mw")).toBe("g");
});

test("without a function is refused when it is registered", () => {
  const list = new MiddlewareList();
  expect(() => list.add("/x")).toThrow(expect.objectContaining({ code: "invalid-handler" }));
  expect(() => list.add(() => {}, "/x")).toThrow(expect.objectContaining({ code: "invalid-handler" }));
});
