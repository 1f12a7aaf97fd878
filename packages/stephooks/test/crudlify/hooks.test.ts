import { describe, expect, test } from "vitest";
import { refusalOf } from "../support/app-world.ts";
import { crudWorld } from "./crud-world.ts";

test("hooks run before and after each change, and what they change in a document counts", async () => {
  const { ask, hooks } = await crudWorld({ notes: null, others: null });
  const seen: unknown[] = [];
  const note = (event: string) => (data: unknown) => seen.push([event, structuredClone(data)]);
  hooks
    .beforePOST("notes", async (document) => {
      await Promise.resolve();
      document.stamped = true;
    })
    .afterPOST("notes", note("afterPOST"))
    .beforePUT("notes", note("beforePUT"))
    .afterPUT("notes", note("afterPUT"))
    .beforePATCH("notes", note("beforePATCH"))
    .afterPATCH("notes", note("afterPATCH"))
    .beforeDELETE("notes", note("beforeDELETE"))
    .afterDELETE("notes", note("afterDELETE"));
  expect((await ask("POST", "/notes", { _id: "a" })).body).toEqual({ _id: "a", stamped: true });
  await ask("PUT", "/notes/a", { n: 1 });
  await ask("PATCH", "/notes/a", { $inc: { n: 1 } });
  await ask("PATCH", "/notes/_byquery?n=2", { n: 3 });
  await ask("DELETE", "/notes/a");
  await ask("POST", "/others", { _id: "a" });
  expect(seen).toEqual([
    ["afterPOST", { _id: "a", stamped: true }],
    ["beforePUT", { _id: "a", n: 1 }],
    ["afterPUT", { _id: "a", n: 1 }],
    ["beforePATCH", { $inc: { n: 1 } }],
    ["afterPATCH", { _id: "a", n: 2 }],
    ["beforePATCH", { n: 3 }],
    ["afterPATCH", { count: 1 }],
    ["beforeDELETE", "a"],
    ["afterDELETE", { _id: "a" }],
  ]);
});

test("a hook can be put into listeners by name, as apps for codehooks do", async () => {
  const { ask, hooks } = await crudWorld();
  const seen: unknown[] = [];
  hooks.listeners["notes afterPUT"] = (document) => seen.push(document);
  await ask("POST", "/notes", { _id: "a" });
  await ask("PUT", "/notes/a", { n: 1 });
  expect(seen).toEqual([{ _id: "a", n: 1 }]);
  expect(() => hooks.beforePOST("notes", undefined as never)).toThrow(
    expect.objectContaining({ code: "invalid-handler" }),
  );
});

describe("what a hook throws before a change", () => {
  test("a text is the message of 400, and nothing is changed", async () => {
    const { ask, hooks } = await crudWorld();
    await ask("POST", "/notes", { _id: "a", n: 1 });
    const refuse = (): never => {
      throw "closed on Sundays";
    };
    hooks
      .beforePOST("notes", refuse)
      .beforePUT("notes", refuse)
      .beforePATCH("notes", refuse)
      .beforeDELETE("notes", refuse);
    for (const [method, path, body] of [
      ["POST", "/notes", { _id: "b" }],
      ["PUT", "/notes/a", { n: 2 }],
      ["PATCH", "/notes/a", { n: 2 }],
      ["PATCH", "/notes/_byquery?n=1", { n: 2 }],
      ["DELETE", "/notes/a", undefined],
      ["DELETE", "/notes/_byquery?n=1", undefined],
    ] as const) {
      const answer = await ask(method, path, body);
      expect(answer).toMatchObject({
        status: 400,
        body: { error: { code: "hook-refused", message: "closed on Sundays" } },
      });
    }
    expect((await ask("GET", "/notes")).body).toEqual([{ _id: "a", n: 1 }]);
  });

  test("an error is 400 hook-failed, one with a code keeps it, an object is told as JSON", async () => {
    const { ask, hooks } = await crudWorld();
    hooks.beforePOST("notes", () => {
      throw new TypeError("n is undefined");
    });
    expect(refusalOf(await ask("POST", "/notes", {}))).toBe("400 hook-failed");
    hooks.beforePOST("notes", () => {
      throw { reason: 5 };
    });
    expect((await ask("POST", "/notes", {})).body).toMatchObject({ error: { message: '{"reason":5}' } });
    const { Datastore, HttpError } = await import("../../src/index.ts");
    hooks.beforePOST("notes", () => {
      throw new HttpError(402, "no-room", "Buy more room.");
    });
    expect(await ask("POST", "/notes", {})).toMatchObject({ status: 402, body: { error: { code: "no-room" } } });
    hooks.beforePOST("notes", async (document) => Datastore.open().getOne("owners", document.owner));
    expect(refusalOf(await ask("POST", "/notes", { owner: "nobody" }))).toBe("404 not-found");
  });

  test("of a list, the hooks of all run before the first is stored", async () => {
    const { ask, hooks } = await crudWorld();
    hooks.beforePOST("notes", ({ n }) => {
      if (n === 2) throw "no two";
    });
    expect(refusalOf(await ask("POST", "/notes", [{ n: 1 }, { n: 2 }]))).toBe("400 hook-refused");
    expect((await ask("GET", "/notes")).body).toEqual([]);
  });
});

test("a failure after a change is a fault: the change stands", async () => {
  const { ask, hooks } = await crudWorld();
  hooks.afterPOST("notes", () => {
    throw new Error("no mail");
  });
  expect(refusalOf(await ask("POST", "/notes", { _id: "a" }))).toBe("500 unhandled-error");
  expect((await ask("GET", "/notes/a")).status).toBe(200);
});

test("a removal by query tells hooks of each document; one they refuse stays, with those after it", async () => {
  const { ask, hooks } = await crudWorld();
  await ask("POST", "/notes", [{ _id: "a" }, { _id: "b" }, { _id: "c" }]);
  const gone: unknown[] = [];
  hooks
    .beforeDELETE("notes", (id) => {
      if (id === "b") throw "b stays";
    })
    .afterDELETE("notes", ({ _id }) => gone.push(_id));
  expect(refusalOf(await ask("DELETE", "/notes/_byquery?_id"))).toBe("400 hook-refused");
  expect((await ask("GET", "/notes")).body).toEqual([{ _id: "b" }, { _id: "c" }]);
  expect(gone).toEqual(["a"]);
  expect((await ask("DELETE", "/notes/_byquery?_id!=b")).body).toEqual({ count: 1 });
});
