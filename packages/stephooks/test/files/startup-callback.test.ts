import { createServer } from "node:http";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { Datastore } from "../../src/index.ts";
import { fileWorld, KEY } from "./file-world.ts";

test("the callback of app.init has run before the first request is served, with the app's data at hand", async () => {
  const { get } = fileWorld({}, (app) => {
    app.get("/users", async (_req, res) => void res.json(await Datastore.open().getMany("users").toArray()));
    app.init(async () => void (await Datastore.open().insertOne("users", { name: "admin" })));
  });
  const [first, second] = await Promise.all([get("/users", { "x-apikey": KEY }), get("/users", { "x-apikey": KEY })]);
  expect(JSON.parse(first.text)).toMatchObject([{ name: "admin" }]);
  expect(second.text).toBe(first.text);
});

test("while it fails requests get 503 and are told to come again; when it succeeds they are served", async () => {
  let fails = true;
  const { byEveryFront, get } = fileWorld({}, (app) => {
    app.get("/open", (_req, res) => void res.send("served"));
    app.auth("/open", (_req, _res, next) => next());
    app.start(() => {
      if (fails) throw new Error("canary-secret");
    });
  });
  for (const answer of await byEveryFront("/open")) {
    expect(answer.status).toBe(503);
    expect(answer.headers["retry-after"]).toBe("1");
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: "startup-failed" } });
    expect(answer.text).not.toContain("canary-secret");
  }
  fails = false;
  expect(await get("/open")).toMatchObject({ status: 200, text: "served" });
});

test("app.internalFetch answers a path from the app itself, under its own rules, and fetches everything else", async () => {
  const server = createServer((_incoming, outgoing) => void outgoing.end("outside")).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const outside = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/x`;
  const { get } = fileWorld({}, (app) => {
    app.post("/echo", (req, res) => void res.json({ body: req.body, query: req.query }));
    app.get("/ask", async (_req, res) => {
      const headers = { "content-type": "application/json", "x-apikey": KEY };
      const own = await app.internalFetch("/dev/echo?a=1", { method: "POST", headers, body: '{"b":2}' });
      const refused = await app.internalFetch("/echo", { method: "POST" });
      const far = await app.internalFetch(outside);
      res.json([await own.json(), refused.status, await far.text()]);
    });
  });
  const answer = await get("/ask", { "x-apikey": KEY });
  expect(JSON.parse(answer.text)).toEqual([{ body: { b: 2 }, query: { a: "1" } }, 401, "outside"]);
});
