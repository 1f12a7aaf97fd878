import assert from "node:assert/strict";
import { test } from "node:test";
import { testApp } from "@stephooks/testkit";
import handler from "./index.ts";

test("tells the time", async () => {
  const { body, status } = await testApp(handler).request("GET", "/api/time");
  assert.equal(status, 200);
  assert.match((body as { time: string }).time, /^\d{4}-/);
});
