import { describe, expect, test } from "vitest";
import { answer, apiKey, closedWorld as closed, inside, refusal, sha256, withHeader } from "./http-world.ts";
import type { AccessSettings } from "../../src/http/index.ts";

describe("a key", () => {
  test("in the header or the query lets a request pass", async () => {
    expect(await answer(closed().send("/x", withHeader(apiKey)))).toEqual(inside);
    expect(await answer(closed().send(`/x?apikey=${apiKey}`))).toEqual(inside);
    expect(await answer(closed().send(`/x?apikey=${apiKey}`, withHeader("wrong")))).toEqual(inside);
  });

  test("means that hooks are not run", async () => {
    const world = closed((app) => app.auth("*", (_req, res) => res.status(403).end("hook")));
    expect(await answer(world.send("/x", withHeader(apiKey)))).toEqual(inside);
  });

  test.each([
    ["empty", ""],
    ["a prefix", apiKey.slice(0, -1)],
    ["longer", `${apiKey}k`],
    ["another of the same length", "j".repeat(43)],
    ["in another case", apiKey.toUpperCase()],
    ["its own digest", sha256(apiKey)],
    ["twice in one header", `${apiKey}, ${apiKey}`],
    ["with a scheme", `Bearer ${apiKey}`],
    ["a megabyte", "k".repeat(1_048_576)],
  ])("that is wrong is refused: %s", async (_name, key) => {
    expect(await refusal(closed().send("/x", withHeader(key)))).toBe("401 unauthorized");
    if (key.length < 1000) {
      expect(await refusal(closed().send(`/x?apikey=${encodeURIComponent(key)}`))).toBe("401 unauthorized");
    }
  });

  test("sent in two headers or two query fields is refused", async () => {
    const headers = new Headers([
      ["x-apikey", apiKey],
      ["x-apikey", apiKey],
    ]);
    expect(await refusal(closed().send("/x", { headers }))).toBe("401 unauthorized");
    expect(await refusal(closed().send(`/x?apikey=${apiKey}&apikey=${apiKey}`))).toBe("401 unauthorized");
  });

  test("is never the empty text, even when its digest was configured", async () => {
    const world = closed(undefined, { mode: "keys", apiKeySha256: sha256("") });
    expect(await refusal(world.send("/x"))).toBe("401 unauthorized");
    expect(await refusal(world.send("/x?apikey="))).toBe("401 unauthorized");
  });

  test("may be configured in upper case hexadecimal", async () => {
    const world = closed(undefined, { mode: "keys", apiKeySha256: sha256(apiKey).toUpperCase() });
    expect(await answer(world.send("/x", withHeader(apiKey)))).toEqual(inside);
  });

  test.each([apiKey, "abc", `${sha256("a")}0`, ` ${sha256("a")}`])(
    "configured as %j is refused at the start",
    (digest) => {
      expect(() => closed(undefined, { mode: "keys", apiKeySha256: digest })).toThrow(
        expect.objectContaining({ code: "invalid-access" }),
      );
    },
  );
});

describe("without a key and without a hook", () => {
  test("everything is refused, and the message says what to do", async () => {
    const { status, body } = await answer(closed().send("/x"));
    expect(status).toBe(401);
    expect(JSON.stringify(body)).toContain("x-apikey header");
  });

  test.each<AccessSettings>([{ mode: "keys" }, { mode: "keys", apiKeySha256: "" }])(
    "with no key configured nobody enters, and the message says that: %j",
    async (access) => {
      const { status, body } = await answer(closed(undefined, access).send("/x", withHeader(apiKey)));
      expect(status).toBe(401);
      expect(JSON.stringify(body)).toContain("No API key is configured");
    },
  );

  test("what exists and what does not looks the same", async () => {
    const world = closed();
    const [known, unknown, method] = await Promise.all([
      answer(world.send("/x")),
      answer(world.send("/nothing")),
      answer(world.send("/x", { method: "POST", body: "{" })),
    ]);
    expect(unknown).toEqual(known);
    expect(method).toEqual(known);
  });

  test("the body is not read", async () => {
    let pulled = false;
    const body = new ReadableStream<Uint8Array>(
      {
        pull: () => {
          pulled = true;
        },
      },
      { highWaterMark: 0 },
    );
    const world = closed((app) => app.post("/p", (_req, res) => res.end()));
    expect(await refusal(world.send("/p", { method: "POST", body, duplex: "half" }))).toBe("401 unauthorized");
    expect(pulled).toBe(false);
  });
});
