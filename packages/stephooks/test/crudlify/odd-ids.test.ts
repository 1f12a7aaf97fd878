import { describe, expect, test } from "vitest";
import { refusalOf } from "../support/app-world.ts";
import { notesWorld } from "./crud-world.ts";

const two = () => notesWorld({ _id: "a", n: 1 }, { _id: "b", n: 2 });

describe("an id that no document can have", () => {
  test.each(["x".repeat(901), "%F0%90%80%80".repeat(300)])("is one that is not there: %.10s…", async (id) => {
    const { ask } = await two();
    for (const method of ["GET", "DELETE"]) expect(refusalOf(await ask(method, `/notes/${id}`))).toBe("404 not-found");
    for (const method of ["PUT", "PATCH"]) {
      expect(refusalOf(await ask(method, `/notes/${id}`, { n: 1 }))).toBe("404 not-found");
    }
  });

  test.each([
    ["equal to it", "\ud800", []],
    ["one of it and others", { $in: ["", "a", "x".repeat(2_000)] }, ["a"]],
    ["from nothing on", { $gt: "" }, ["a", "b"]],
    ["below a very long one", { $lt: "b".repeat(2_000) }, ["a", "b"]],
  ])("stands in a query: documents whose _id is %s are found all the same", async (_what, condition, found) => {
    const { ask } = await two();
    const { body, status } = await ask(
      "GET",
      `/notes?q=${encodeURIComponent(JSON.stringify({ _id: condition }))}&sort=_id&fields=_id`,
    );
    expect([status, body]).toEqual([200, found.map((_id) => ({ _id }))]);
  });
});
