import assert from "node:assert/strict";
import { test } from "node:test";
import { testApp } from "@stephooks/testkit";
import handler from "./index.ts";

test("greets whoever is named", async () => {
  const world = testApp(handler);
  assert.deepEqual((await world.request("GET", "/hello?name=Ada")).body, { hello: "Ada" });
});
