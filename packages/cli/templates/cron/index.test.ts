import assert from "node:assert/strict";
import { test } from "node:test";
import { testApp } from "@stephooks/testkit";
import handler from "./index.ts";

test("a report is made each morning", async () => {
  const world = testApp(handler, { start: Date.UTC(2026, 0, 9) });
  await world.request("POST", "/visits", { body: { page: "/" } });
  await world.advance("1d");
  assert.deepEqual((await world.request("GET", "/reports")).body, [{ _id: "2026-01-09", visits: 1 }]);
});
