import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiKey, type Front, type Fronted, fronted, frontNames, withKey } from "./fronts.ts";
import { codeOf, type RawRequest } from "./raw-request.ts";

let served: Fronted;
beforeAll(async () => {
  served = await fronted((app) => {
    app.all("/seen", (req, res) =>
      res.json({
        method: req.method,
        headers: req.headers,
        query: req.query,
        ip: req.ip,
        hostname: req.hostname,
        url: req.url,
      }),
    );
    app.get("/cookies", (_req, res) =>
      res.setHeader("Set-Cookie", ["a=1; Path=/", "b=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT"]).end("set"),
    );
    app.get("/split", (req, res) => res.set("x-back", String(req.query["value"])).end("sent"));
    app.get("/there", (req, res) => res.redirect(String(req.query["to"])));
    app.get("/head", (_req, res) => res.set("x-a", "1").end("body"));
    app.get("/boom", () => {
      throw new Error("canary-secret in a message", { cause: new Error("canary-secret in a cause") });
    });
    app.auth("/slow/:id", (_req, _res, next) => next());
    app.get("/slow/:id", async (req, res) => {
      const id = req.params["id"] ?? "";
      res.set("x-id", id);
      await new Promise((resolve) => setTimeout(resolve, Number(id) % 5));
      res.json({ id, header: req.headers["x-mine"] });
    });
  });
});
afterAll(() => served.stop());

function front(name: string): Front {
  const found = served.fronts.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no front ${name}`);
  return found;
}

describe.each(frontNames)("through the %s", (name) => {
  const send = (request: RawRequest) =>
    front(name).send({ ...request, headers: [withKey, ...(request.headers ?? [])] });
  const seen = async (request: RawRequest): Promise<Record<string, unknown>> =>
    JSON.parse((await send(request)).body.toString());

  // A load balancer with single values passes the last of several.
  test.skipIf(name === "load balancer")(
    "security 12: repeated headers, query keys and cookies are all there",
    async () => {
      const { headers, query } = await seen({
        target: "/seen?a=1&a=2&a=&b=x%20y",
        headers: [
          ["x-tag", "one"],
          ["x-tag", "two"],
          ["cookie", "a=1; b=2"],
        ],
      });
      expect(query).toEqual({ a: ["1", "2", ""], b: "x y" });
      expect(headers).toMatchObject({ cookie: "a=1; b=2" });
      expect(String(Object(headers)["x-tag"]).split(/, ?/)).toEqual(["one", "two"]);
    },
  );

  test("security 13: two cookies are two headers", async () => {
    expect((await send({ target: "/cookies" })).headers.getSetCookie()).toEqual([
      "a=1; Path=/",
      "b=2; Expires=Thu, 01 Jan 2026 00:00:00 GMT",
    ]);
  });

  test.each(["a%0D%0Ax-evil:%201", "a%0Ax-evil:%201", "a%0Dx", "a%00b", "caf%C3%A9", "%E2%80%A8"])(
    "security 14: the header value %s is refused with a code and splits nothing",
    async (value) => {
      const set = await send({ target: `/split?value=${value}` });
      expect(codeOf(set)).toBe("500 invalid-header");
      const sentOn = await send({ target: `/there?to=${value}` });
      expect([set.headers.get("x-evil"), sentOn.headers.get("x-evil")]).toEqual([null, null]);
      // A redirect escapes what is no ASCII, as browsers write it; control characters are refused there, too.
      const isText = /%[89A-F]/.test(value);
      expect(sentOn.headers.get("location")).toBe(isText ? value : null);
      if (!isText) expect(codeOf(sentOn)).toBe("500 invalid-header");
    },
  );

  test("security 15: HEAD is GET without the body", async () => {
    const answer = await send({ method: "HEAD", target: "/head" });
    expect([answer.status, answer.headers.get("x-a"), answer.body.length]).toEqual([200, "1", 0]);
  });

  test.each(["TRACE", "PURGE", "PROPFIND"])("security 15: %s is 405 with Allow, key or not", async (method) => {
    for (const headers of [[], [withKey]]) {
      const answer = await front(name).send({ method, target: "/seen", headers });
      // A server may refuse a method before the app does.
      expect([400, 405]).toContain(answer.status);
      if (answer.status === 405) {
        expect(answer.headers.get("allow")).toBe("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
      }
    }
  });

  test.each(["x-http-method-override", "x-method-override", "x-http-method"])(
    "security 15: %s changes no method",
    async (header) => {
      expect(await seen({ target: "/seen?_method=DELETE", headers: [[header, "DELETE"]] })).toMatchObject({
        method: "GET",
      });
    },
  );

  test("security 15: OPTIONS reaches a route for every method", async () => {
    expect(await seen({ method: "OPTIONS", target: "/seen" })).toMatchObject({ method: "OPTIONS" });
  });

  test("security 49: the address of the client is the connection's, whatever headers claim", async () => {
    const claimed = "6.6.6.6";
    const { headers, ip } = await seen({
      target: "/seen",
      headers: [
        ["x-forwarded-for", claimed],
        ["x-real-ip", claimed],
        ["forwarded", `for=${claimed}`],
        ["x-client-ip", claimed],
      ],
    });
    expect(ip).toBe(name === "dev server" ? "127.0.0.1" : "203.0.113.7");
    expect(Object(headers)["x-real-ip"]).toBe(ip);
  });

  test("security 49: a forwarded host names no host, and the path is the one that was sent", async () => {
    const { hostname, url } = await seen({ target: "/seen?a=1", headers: [["x-forwarded-host", "evil.example"]] });
    expect(String(hostname)).not.toContain("evil");
    expect(String(url).replace(/^\/prod/, "")).toBe("/seen?a=1");
  });

  test("security 73: an error tells its code and keeps message, cause and stack to the log", async () => {
    const answer = await send({ target: "/boom" });
    expect(codeOf(answer)).toBe("500 unhandled-error");
    expect(JSON.parse(answer.body.toString())).toEqual({
      text: "Unhandled Codehook exception, check logs",
      fatal: true,
      error: { code: "unhandled-error", message: "The app failed; its log has the details." },
    });
  });

  test("security 83: requests at once see nothing of each other", async () => {
    const ids = Array.from({ length: 50 }, (_, id) => String(id));
    const answers = await Promise.all(
      ids.map((id) => front(name).send({ target: `/slow/${id}`, headers: [["x-mine", id]] })),
    );
    expect(answers.map(({ body, headers }) => [JSON.parse(body.toString()), headers.get("x-id")])).toEqual(
      ids.map((id) => [{ id, header: id }, id]),
    );
  });
});

test("security 73: no key and no cookie of all these requests is in the log", () => {
  expect(served.log.length).toBeGreaterThan(0);
  expect(served.log.filter((line) => line.includes(apiKey) || line.includes("cookie"))).toEqual([]);
});
